"""Architectures in the report: models of one architecture share a figure; pooling and ensembles are shown."""

from drawing import draw_all
from matplotlib import pyplot
from sample import make_ensemble, sample

from textstudy.report.drawing.style import house_style
from textstudy.report.sections.models.architectures import describe_steps, group_by_architecture, steps
from textstudy.report.sections.models.figures import architecture


def step(name, kind, output, parameters=0, trainable=None, inner=()):
    trainable = parameters if trainable is None else trainable
    return {"name": name, "type": kind, "output": output, "parameters": parameters, "trainable": trainable,
            "repeats": 1, "steps": list(inner)}  # fmt: skip


LINEAR = [step("words", "TF-IDF of 1 to 2 words", ["batch", 900]), step("classifier", "linear", ["batch", 4], 3604)]
LAYER = step("layers.0", "RecurrentLayer", ["time", "batch", 12], 700)
NETWORK = [
    step("embedding", "Embedding", ["time", "batch", 8], 4000, trainable=0),
    step("encoder", "RecurrentEncoder", ["time", "batch", 12], 700, inner=[LAYER]),
    step("head", "Linear", ["batch", 4], 52),
]  # fmt: skip


def report():
    models = {"linear_nb": ("linear", 0.71), "lstm_a": ("recurrent", 0.7), "lstm_b": ("recurrent", 0.69),
              "both": ("ensemble", 0.72)}  # fmt: skip
    found = sample(models=models)
    for name in ("lstm_a", "lstm_b"):
        found["models"][name]["settings"]["pooling"] = "final"
    make_ensemble(found, "both", ["linear_nb", "lstm_a"], method="pool")
    found["models"]["both"]["members"] = {"linear_nb": 3604, "lstm_a": 4752}
    size = {"total": 1, "trainable": 1, "frozen": 0}
    found["architectures"] = {
        name: {"inputs": {}, "steps": LINEAR if name == "linear_nb" else NETWORK, "parameters": size}
        for name in ("linear_nb", "lstm_a", "lstm_b")
    }
    return found


def test_models_of_one_architecture_share_a_figure():
    assert group_by_architecture(report()) == [["linear_nb"], ["lstm_a", "lstm_b"], ["both"]]


def test_a_refit_has_the_architecture_of_its_base():
    found = report()
    found["models"]["lstm_a_refit"] = {**found["models"]["lstm_a"], "refits": "lstm_a"}
    assert ["lstm_a", "lstm_b", "lstm_a_refit"] in group_by_architecture(found)


def test_pooling_is_added_where_the_time_steps_end_unless_a_module_does_it():
    found = report()
    assert [each["type"] for each in steps(found, "lstm_a")] == [
        "Embedding", "RecurrentEncoder", "pooling: final", "Linear"
    ]  # fmt: skip
    assert steps(found, "lstm_a")[2]["output"] == ["batch", 12]
    attending = step("attention", "AttentionPooling", ["batch", 12])
    found["architectures"]["lstm_a"]["steps"] = [*NETWORK[:2], attending, NETWORK[2]]
    assert steps(found, "lstm_a") == found["architectures"]["lstm_a"]["steps"]


def test_an_ensemble_combines_the_predictions_of_its_members():
    members, combined = steps(report(), "both")
    assert [each["parameters"] for each in members["steps"]] == [3604, 4752]
    assert combined["type"] == "combine: pool"


def test_the_alternative_text_names_every_step():
    assert describe_steps(report(), "lstm_b") == (
        "From the input down: Embedding (time, batch, 8); RecurrentEncoder (time, batch, 12); pooling: final "
        "(batch, 12); Linear (batch, 4)."
    )


def test_the_figure_shows_modules_shapes_and_parameters():
    with house_style():
        figure = architecture(report(), "lstm_a")
        texts = [text.get_text().strip() for text in figure.axes[0].texts]
        assert {"RecurrentEncoder", "layers.0", "(time, batch, 12)", "4,000, frozen", "pooling: final", "52"} <= set(
            texts
        )
        pyplot.close(figure)


def test_one_drawing_for_each_group(tmp_path):
    drawn = set(draw_all(report(), tmp_path))
    assert {"architecture_linear_nb.svg", "architecture_lstm_a.svg", "architecture_both.svg"} <= drawn
    assert "architecture_lstm_b.svg" not in drawn


def test_without_architectures_there_is_nothing_to_draw(tmp_path):
    found = sample()
    assert found["architectures"] == {} and group_by_architecture(found) == []
    assert not [name for name in draw_all(found, tmp_path) if name.startswith("architecture")]
