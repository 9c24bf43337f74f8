"""What each setting of a first study means, in the order they are written: section → setting → meaning."""

MEANINGS = {
    "corpus": {
        "text": "Column of the texts",
        "title": "Column put before each text, with a blank line between",
        "label": "Column of the classes",
        "split": "Column of the official split",
        "quoting": "Whether cells may stand in quotation marks",
        "encoding": "What the files are in",
        "labels": "Names of the classes; values with one name are one class",
        "identifier": "Column of the ids, by which the report names texts",
        "group": "What texts share; with `split: {by: group}` texts of one such value stay in one split",
        "time": "Column of the time of a text; with `split: {by: time}` the latest texts are the test",
        "sample": "So many texts are drawn at random, from each class its share",
    },
    "clean": {
        "headers": "Whether blocks of header fields are removed",
        "quotes": "Whether quoted lines are removed, and the line that says whose they are",
        "signatures": "Whether signatures are removed",
        "blocks": "Whether encoded attachments are removed",
        "minimum_characters": "Shorter texts are removed",
        "maximum_words": "Longer texts are cut to so many words; null cuts none",
    },
    "deduplicate": {
        "near_threshold": "Two texts are nearly the same from this share of sequences of 5 words in common; null keeps "
        "those",
    },
    "split": {
        "validation": "Validation texts, on which settings and epochs are chosen",
        "test": "Test texts, which measure the result and choose nothing",
    },
    "words": {"maximum_length": "Words and signs that are read of a text, some 1.2 a word"},
    "wordpieces": {
        "encoder": "Its name on the Hugging Face hub",
        "maximum_length": "Pieces that are read of a text",
    },
    "counts": {
        "word_ngrams": "Shortest and longest sequence of words that is counted",
        "minimum_document_frequency": "In how many training texts a sequence must occur",
    },
    "linear": {"class_weights": "Whether each class counts the same, however small"},
    "bilstm": {
        "embeddings": "Word vectors that it starts from",
        "embedding_size": "Numbers in a word vector",
    },
    "training": {
        "epochs": "How often it reads all training texts, at most",
        "batch_tokens": "Words of the texts that make one step",
        "class_weights": "Whether each class counts the same, however small",
        "select_by": "Validation score that says which epoch is the best",
    },
}
