"""Files that steps leave for each other are written and read in storage/ and nowhere else, so all damage is seen."""

import re

from paths import ROOT

READS_OR_WRITES = re.compile(
    r"read_parquet|ParquetFile|read_schema|to_parquet|\bjson\.(load|dump)\(|safe_open|(load|save|open|new)_file\(|memory_map"
    r"|torch\.(save|load)|np\.(save|load)|pickle\.(load|dump)"
)
OTHERS = {  # file → what it reads or writes, which is no file of ours or is checked there
    "corpora/tables.py": {"ParquetFile"},  # tables of users
    "encode/table.py": {"new_file(", "open_file(", "memory_map"},
    "train/checkpoints.py": {"safe_open"},
    "train/prompted.py": {"safe_open"},  # the sizes of a fetched language model
}


def test_no_other_module_opens_artifacts():
    scripts = ROOT / "workflow_scripts"
    found = {}
    for path in sorted(scripts.rglob("*.py")):
        name = path.relative_to(scripts).as_posix().removeprefix("textstudy/")
        calls = {match.group() for match in READS_OR_WRITES.finditer(path.read_text(encoding="utf-8"))}
        if calls and not name.startswith("storage/"):
            found[name] = calls
    assert found == OTHERS
