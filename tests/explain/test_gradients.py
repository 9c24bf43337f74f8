"""Integrated gradients: they sum up to what they explain, are exact where that is known, and ignore padding."""

import pytest
import torch
from torch import nn

from textstudy.explain.gradients import SMALLEST, TOLERANCE, Integral, centre, word_table

IDS = (2, 17, 40, 17, 9, 60, 3)
SPECIAL = torch.tensor([True, False, False, False, False, False, True])


def integral(model, batch, *, special=None, target=1, padding_id=0):
    special = torch.zeros(batch["input_ids"].shape[1], dtype=torch.bool) if special is None else special
    return Integral(model, batch, target, special=special, padding_id=padding_id)


def explained(*arguments, **options):
    return integral(*arguments, **options).integrate()


def padding_of(kind):
    return 1 if "roberta" in kind else 0


def test_attributions_sum_up_to_the_difference_of_the_models_own_logits(kind, build, document):
    model, padding = build(kind, loud=2.0), padding_of(kind)
    found, difference, steps = explained(model, document(*IDS), special=SPECIAL, padding_id=padding)
    # The baseline as a user would write it. RoBERTa would not count padding, so it reads the vector under another id.
    table = word_table(model)[1]
    with torch.no_grad():
        table.weight[80] = table.weight[padding]
        words = centre(model(**document(*IDS)))[0, 1]
        baseline = centre(model(**document(2, 80, 80, 80, 80, 80, 3)))[0, 1]
    assert difference == pytest.approx(float(words - baseline), abs=1e-4)
    assert abs(float(found.sum()) - difference) <= max(TOLERANCE * abs(difference), SMALLEST)
    assert found[SPECIAL].abs().max() < 1e-6 < found[~SPECIAL].abs().max()


def test_padding_changes_no_attribution(kind, build, document):
    model, padding = build(kind, loud=2.0), padding_of(kind)
    alone, *rest = explained(model, document(*IDS), padding_id=padding)
    padded, *rest_of_padded = explained(model, document(*IDS, surplus=4), padding_id=padding)
    torch.testing.assert_close(padded[: len(IDS)], alone, rtol=1e-3, atol=1e-5)
    assert not padded[len(IDS) :].any() and rest == pytest.approx(rest_of_padded, abs=1e-4)


class Bag(nn.Module):
    """Logits that are sums over the tokens, and their squares: integrals known by hand."""

    def __init__(self, power: int):
        super().__init__()
        self.embedding, self.power = nn.Embedding(20, 2), power

    def forward(self, input_ids, lengths, weights=None):
        vectors = self.embedding(input_ids.T)  # time-major, as recurrent networks have it
        if weights is not None:
            vectors = vectors * weights.T[..., None]
        return (vectors**self.power).sum(dim=0)


@pytest.mark.parametrize("power", [1, 2])
def test_a_sum_over_tokens_is_explained_by_its_terms(power, document):
    model = Bag(power)
    weights = torch.tensor([[0.5, 2.0, 1.0]])
    batch = document(5, 7, 5) | {"weights": weights}
    found, difference, _ = explained(model, batch, target=0)
    with torch.no_grad():
        # Two logits: the first less their mean is half of the first less the second.
        terms = (model.embedding(torch.tensor([5, 7, 5])) * weights[0, :, None]) ** power
        terms -= (model.embedding(torch.tensor([0, 0, 0])) * weights[0, :, None]) ** power
        expected = (terms[:, 0] - terms[:, 1]) / 2
    torch.testing.assert_close(found, expected)
    assert difference == pytest.approx(float(expected.sum()), abs=1e-5)


class Step(nn.Module):
    """A logit that jumps: few points of the integral cannot tell where."""

    def __init__(self, steepness: float):
        super().__init__()
        self.embedding, self.steepness = nn.Embedding(20, 1), steepness

    def forward(self, input_ids, lengths):
        score = torch.sigmoid(self.steepness * (self.embedding(input_ids).sum(dim=(1, 2)) - 0.77))
        return torch.stack([4 * score, -4 * score], dim=1)


def test_points_are_added_until_the_sum_is_near_enough(document):
    points = []
    for steepness in (1.0, 60.0, 300.0):
        model = Step(steepness)
        with torch.no_grad():
            model.embedding.weight[:] = torch.tensor([[0.0], *[[1.0]] * 19])
        found, difference, steps = explained(model, document(3), target=0)
        assert abs(float(found.sum()) - difference) <= max(TOLERANCE * abs(difference), SMALLEST)
        points.append(steps)
    assert points == sorted(set(points))


def test_sketches_agree_with_the_integral_in_the_mean(kind, build, document):
    model, padding = build(kind, loud=2.0), padding_of(kind)
    of_document = integral(model, document(*IDS), special=SPECIAL, padding_id=padding)
    attributions, *_ = of_document.integrate()
    sketches = [of_document.sketch((torch.arange(2) + drawn) / 2) for drawn in torch.arange(0.5, 16) / 16]
    scale = float(attributions.abs().max())
    torch.testing.assert_close(torch.stack(sketches).mean(dim=0), attributions, rtol=0, atol=0.05 * scale + SMALLEST)


def test_the_model_is_left_as_it_was(kind, build, document):
    model = build(kind)
    before = {name: (parameter.clone(), parameter.requires_grad) for name, parameter in model.named_parameters()}
    explained(model, document(*IDS))
    for name, parameter in model.named_parameters():
        value, learns = before[name]
        assert torch.equal(parameter, value) and parameter.requires_grad == learns and parameter.grad is None
