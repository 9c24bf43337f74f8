"""Schedules give the numbers of transformers and torch."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import get_scheduler

from textstudy.train.schedules import plateau_factor, schedule_factor


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("constant", "constant_with_warmup"), ("linear", "linear"), ("cosine", "cosine")]
)
@pytest.mark.parametrize(("warmup", "total"), [(0, 20), (1, 20), (7, 20), (20, 20), (0, 1)])
def test_parity_with_transformers(ours, theirs, warmup, total):
    reference_optimizer = optimizer()
    reference = get_scheduler(theirs, reference_optimizer, num_warmup_steps=warmup, num_training_steps=total)
    for step in range(total):
        factor = schedule_factor(ours, step=step, warmup_steps=warmup, total_steps=total)
        assert factor == pytest.approx(reference_optimizer.param_groups[0]["lr"], abs=1e-12)
        reference_optimizer.step()
        reference.step()


@given(
    st.lists(st.sampled_from([0.5, 0.9, 0.99995, 1.0, 1.00005, 1.2]), min_size=1, max_size=30),
    st.integers(0, 4),
    st.sampled_from([0.1, 0.5, 0.9]),
)
def test_plateau_parity_with_torch(losses, patience, factor):
    reference_optimizer = optimizer()
    reference = torch.optim.lr_scheduler.ReduceLROnPlateau(
        reference_optimizer, patience=patience, factor=factor, eps=0.0
    )
    for epoch, loss in enumerate(losses, start=1):
        reference.step(loss)
        scale = plateau_factor(losses[:epoch], patience=patience, factor=factor)
        assert scale == pytest.approx(reference_optimizer.param_groups[0]["lr"], rel=1e-12)


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_beyond_its_end_a_schedule_stays_at_nothing(schedule):
    assert schedule_factor(schedule, step=30, warmup_steps=2, total_steps=20) == 0.0


def test_an_unknown_schedule_is_refused():
    with pytest.raises(ValueError, match="stairs"):
        schedule_factor("stairs", step=0, warmup_steps=0, total_steps=1)
