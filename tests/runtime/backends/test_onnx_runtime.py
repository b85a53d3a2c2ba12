from ppcn import registry
from ppcn.runtime.backends.onnx_runtime import open_session


def test_sessions_share_one_pool_of_memory():
    model = registry.find("student.open").onnx()
    for session in (open_session(model, "one"), open_session(model, "other")):
        assert session.get_session_options().get_session_config_entry("session.use_env_allocators") == "1"
