import json


def test_models(run):
    assert "student.open" in run("models").out
    card = json.loads(run("models", "student.open", "--json").out)
    assert card["network"] == "student"
    assert json.loads(run("models", "--json").out)[0]["name"]
    run("models", "nobody").refused("nobody")
