"""Each criterion on histories made by hand, on either side of its threshold."""

import pytest

from textstudy.train.diagnosis import diagnose
from textstudy.train.schedules import anneals


def history(**columns):
    """Epochs from columns; what is not given is healthy: losses that fall, then stand, with equal accuracies."""
    count = len(next(iter(columns.values())))
    healthy = {
        "train_loss": [1.0] * count,
        "train_accuracy": [0.8] * count,
        "validation_loss": [1.0] * count,
        "validation_accuracy": [0.8] * count,
        "gradient_norm": [1.0] * count,
    } | columns
    return [{"epoch": i + 1, **{name: values[i] for name, values in healthy.items()}} for i in range(count)]


def told(entries, *, best_epoch=1, train_accuracy=0.8, shares=(0.5, 0.5), majority=0.5, epochs=99, annealed=False):
    limits = {"epochs": epochs, "annealed": annealed}
    options = {"predicted_shares": shares, "majority_share": majority, "classes": ["comp", "rec"], **limits}
    return diagnose(entries, best_epoch=best_epoch, train_accuracy=train_accuracy, **options)


def test_a_healthy_run_has_no_sentence():
    assert told(history(train_loss=[1.0, 0.8, 0.8], validation_loss=[1.0, 0.9, 0.9]), best_epoch=2) == []


@pytest.mark.parametrize(
    ("train", "validation", "expected"),
    [(0.95, 0.80, True), (0.95, 0.86, False), (0.84, 0.60, False), (0.86, 0.75, True)],
)
def test_overfitting_at_the_best_epoch(train, validation, expected):
    entries = history(validation_accuracy=[validation] * 2)
    sentences = told(entries, best_epoch=2, train_accuracy=train)
    assert bool(sentences) == expected
    if expected:
        told_twice = f"on {100 * train:.1f} % of the training documents, but only on {100 * validation:.1f} %"
        assert "Overfitting: at epoch 2" in sentences[0] and told_twice in sentences[0]
    assert told(entries, best_epoch=1) == []


def test_the_accuracy_with_dropout_decides_nothing():
    """An epoch's running mean is lower than what its weights then score: it hid this overfitting."""
    dropped = history(train_accuracy=[0.52], validation_accuracy=[0.80])
    assert told(dropped, train_accuracy=0.99)[0].startswith("Overfitting: at epoch 1, the best, it is right on 99.0 %")
    assert told(dropped, train_accuracy=0.85) == [], "no underfitting either"


def test_overfitting_after_the_best_epoch():
    rising = history(train_loss=[1.0, 0.6, 0.2], validation_loss=[1.3, 1.2, 1.4])
    assert told(rising) == [
        "Overfitting after epoch 2: validation loss rises from 1.200 to 1.400 at epoch 3 "
        "while training loss still falls."
    ]
    assert told(history(train_loss=[1.0, 0.6, 0.2], validation_loss=[1.3, 1.2, 1.3])) == []
    assert told(history(train_loss=[1.0, 0.6, 0.6], validation_loss=[1.3, 1.2, 1.4])) == []


def test_a_corpus_of_nearly_one_class_can_be_learnt():
    """96 % of the documents are of one class: above that there are 4 points of room, not 5."""
    share = {"majority": 0.96, "shares": (0.96, 0.04)}
    assert told(history(validation_accuracy=[0.99]), train_accuracy=0.999, **share) == []
    assert "Underfitting" in told(history(validation_accuracy=[0.96]), train_accuracy=0.97, **share)[0]


def test_noise_of_a_loss_near_zero_is_no_news():
    perfect = {"validation_accuracy": [1.0] * 4}
    rising = history(
        train_loss=[0.004, 0.001, 0.0012, 0.0009], validation_loss=[0.004, 0.001, 0.001, 0.0015], **perfect
    )
    assert told(rising) == []
    assert told(history(train_loss=[0.004, 0.003], validation_loss=[0.004, 0.003]), epochs=2) == []


def test_underfitting():
    assert told(history(validation_accuracy=[0.5]), train_accuracy=0.54) == [
        "Underfitting: at epoch 1, the best, it is right on 54.0 % of the training documents; always naming the "
        "largest class is right on 50.0 %."
    ]
    assert told(history(validation_accuracy=[0.5]), train_accuracy=0.56) == []
    falling = history(train_loss=[1.0, 0.9], validation_loss=[1.0, 0.9])
    assert told(falling, best_epoch=2, epochs=2)[0].startswith("Underfitting: training ended at epoch 2")
    assert told(falling, best_epoch=2, epochs=3) == []  # it was not the limit that ended it
    slow = history(train_loss=[1.0, 0.9], validation_loss=[1.0, 0.995])
    assert told(slow, best_epoch=2, epochs=2) == []


@pytest.mark.parametrize(("schedule", "said"), [("constant", True), ("plateau", True), ("linear", False),
                                                ("cosine", False)])  # fmt: skip
def test_losses_that_fall_because_the_rate_was_annealed_ask_for_no_more_epochs(schedule, said):
    falling = history(train_loss=[1.0, 0.9], validation_loss=[1.0, 0.9])
    assert bool(told(falling, best_epoch=2, epochs=2, annealed=anneals(schedule))) == said


def test_instability():
    assert told(history(train_loss=[1.0, 1.2, 1.0])) == [
        "Instability: training loss rises from 1.000 to 1.200 at epoch 2."
    ]
    assert told(history(train_loss=[1.0, 1.05, 1.0])) == []
    assert told(history(validation_accuracy=[0.8, 0.65, 0.8])) == [
        "Instability: validation accuracy falls by 15.0 points to 65.0 % at epoch 2."
    ]
    assert told(history(gradient_norm=[1.0, 1.0, 20.0]))[0].endswith("20 at epoch 3, against 1 in the median epoch.")


def test_collapse_names_the_class():
    entries = history(validation_accuracy=[0.8])
    assert told(entries, shares=(0.03, 0.97)) == [
        "Collapse: at epoch 1 the model predicts 'rec' for 97.0 % of the validation documents."
    ]
    assert told(entries, shares=(0.06, 0.94)) == []
    one_class = history(validation_accuracy=[1.0])
    assert told(one_class, train_accuracy=1.0, shares=(0.0, 1.0), majority=0.94) != []
    filled = told(one_class, train_accuracy=1.0, shares=(0.0, 1.0), majority=0.96)
    assert "Collapse" not in str(filled), "one class fills the corpus"
