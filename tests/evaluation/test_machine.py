import ppcn
from ppcn.evaluation.machine import machine


def test_every_fact_is_said():
    facts = machine()
    assert list(facts) == ["processor", "cores", "memory", "system", "programs"]
    assert all(facts.values())
    assert int(facts["cores"]) >= 1
    assert f"ppcn {ppcn.__version__}" in facts["programs"]
