import pytest
import torch

from ppcn.errors import RecipeError
from ppcn.losses.colour import colour
from ppcn.losses.contextual import contextual
from ppcn.losses.detail import detail
from ppcn.losses.distillation import distillation
from ppcn.losses.l1 import l1
from ppcn.losses.liveliness import liveliness
from ppcn.losses.log_mse import log_mse
from ppcn.losses.objective import LOSSES, Objective, View
from ppcn.losses.ssim import ssim_loss
from ppcn.losses.texture import texture_loss
from ppcn.losses.tv import total_variation
from ppcn.losses.vgg import vgg_loss


def rising(x):
    return x[:, :, ::2, ::2] * torch.arange(1, 4).view(1, 3, 1, 1)


def judge(x):
    return x.mean((2, 3))[:, :1] - 0.3


@pytest.fixture
def view():
    torch.manual_seed(0)
    output, target = torch.rand(2, 3, 20, 20, requires_grad=True), torch.rand(2, 3, 20, 20)
    maps, theirs = torch.rand(2, 2, 8, 5, 5), torch.rand(2, 2, 16, 5, 5)
    return View(output, target, list(maps), list(theirs), extract=rising, discriminate=judge)


def test_every_loss_weighed_and_named(view):
    expected = {
        "l1": l1(view.output, view.target),
        "log_mse": log_mse(view.output, view.target),
        "ssim": ssim_loss(view.output, view.target),
        "detail": detail(view.output, view.target),
        "liveliness": liveliness(view.output, view.target),
        "contextual": contextual(rising(view.output), rising(view.target)),
        "vgg": vgg_loss(rising(view.output), rising(view.target)),
        "texture": texture_loss(judge(view.output)),
        "colour": colour(view.output, view.target),
        "tv": total_variation(view.output),
        "distillation": distillation(view.maps, view.teacher_maps),
    }
    weights = {name: 1.0 + k for k, name in enumerate(LOSSES)}
    total, parts = Objective(weights)(view)
    assert parts.keys() == expected.keys() == LOSSES.keys()
    for name, part in parts.items():
        torch.testing.assert_close(part, expected[name].detach())
        assert not part.requires_grad
    assert total.item() == pytest.approx(sum(weights[name] * part.item() for name, part in parts.items()), rel=1e-5)
    total.backward()
    assert view.output.grad.abs().sum() > 0


def test_variants(view):
    _, parts = Objective({"texture": 1, "tv": 1}, {"texture": "released", "tv": "paper"})(view)
    torch.testing.assert_close(parts["texture"], texture_loss(judge(view.output), variant="released").detach())
    torch.testing.assert_close(parts["tv"], total_variation(view.output, variant="paper").detach())


def test_only_what_is_asked_for_is_computed(view):
    view.extract = view.judge = None
    objective = Objective({"l1": 1.0, "vgg": 0.0})
    _, parts = objective(view)
    assert list(parts) == ["l1"]
    assert not objective.needs("features")
    assert Objective({"vgg": 1.0}).needs("features")
    assert Objective({"texture": 1.0}).needs("discriminator")
    assert Objective({"distillation": 1.0}).needs("teacher")


def test_plain_losses_look_at_pictures_alone():
    plain = {name for name in LOSSES if Objective({name: 1}).is_plain}
    assert plain == {"l1", "log_mse", "ssim", "detail", "liveliness", "colour", "tv"}
    assert Objective({"l1": 1, "ssim": 1, "vgg": 0}).is_plain
    assert not Objective({"l1": 1, "vgg": 1}).is_plain


def test_features_are_extracted_once(view):
    seen = []
    view.extract = lambda x: seen.append(len(x)) or rising(x)
    Objective({"contextual": 1.0, "vgg": 1.0})(view)
    assert seen == [2, 2]


def test_shares_of_a_batch_make_the_whole(view):
    weights = dict.fromkeys(LOSSES, 1.0)
    _, whole = Objective(weights)(view)
    centre = rising(view.target).mean((0, 2, 3))
    shares = []
    for k in range(2):
        part = slice(k, k + 1)
        share = View(
            view.output[part],
            view.target[part],
            [layer[part] for layer in view.maps],
            [layer[part] for layer in view.teacher_maps],
            extract=rising,
            discriminate=judge,
            processes=2,
            mean=lambda _: centre,
        )
        shares.append(Objective(weights)(share)[1])
    for name, value in whole.items():
        torch.testing.assert_close((shares[0][name] + shares[1][name]) / 2, value)


def test_l1_by_hand():
    assert l1(torch.tensor([0.0, 1.0]), torch.tensor([0.5, 0.0])).item() == 0.75


def test_unknown_and_missing_losses_are_named():
    with pytest.raises(
        RecipeError, match="No loss is called 'l2'; there are l1, log_mse, ssim, detail, liveliness, contextual"
    ):
        Objective({"l2": 1.0})
    with pytest.raises(RecipeError, match="names no loss"):
        Objective({})
    with pytest.raises(RecipeError, match="names no loss"):
        Objective({"l1": 0.0})
    with pytest.raises(RecipeError, match="no variants of 'l1'; there are of texture, colour, tv, distillation"):
        Objective({"l1": 1.0}, {"l1": "paper"})
