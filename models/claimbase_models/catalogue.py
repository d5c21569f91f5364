"""Hub models that serve as scorers, with what their own pages publish; `--model NAME` runs any of them.

Accuracies are the publishers' own, on the MultiNLI matched (m) and mismatched (mm) sets, in percent; None where
the page gives none. Parameters follow from each model's configuration. None of these has been run by this project.
"""

from __future__ import annotations

from dataclasses import dataclass

_ENC = ("entailment", "neutral", "contradiction")
_CEN = ("contradiction", "entailment", "neutral")
_CNE = ("contradiction", "neutral", "entailment")


@dataclass(frozen=True)
class CataloguedModel:
    """A model on the Hugging Face hub with three NLI labels."""

    name: str
    labels: tuple[str, str, str]  # in the order of its outputs; the loader reads them from the model itself
    licence: str
    parameters: int  # in millions; the download takes four bytes each, or two where `half` is set
    mnli_m: float | None
    mnli_mm: float | None
    half: bool = False  # weights are published in 16 bits

    @property
    def source(self) -> str:
        """The page that publishes its licence and accuracies."""
        return f"https://huggingface.co/{self.name}"

    @property
    def megabytes(self) -> int:
        """Size of the weights to download, in MB."""
        return self.parameters * (2 if self.half else 4)


CATALOGUE = (
    CataloguedModel(
        name="cross-encoder/nli-deberta-v3-small",
        labels=_CEN,
        licence="Apache-2.0",
        parameters=142,
        mnli_m=None,
        mnli_mm=87.55,
    ),
    CataloguedModel(
        name="cross-encoder/nli-deberta-v3-base",
        labels=_CEN,
        licence="Apache-2.0",
        parameters=184,
        mnli_m=None,
        mnli_mm=90.04,
    ),
    CataloguedModel(
        name="MoritzLaurer/DeBERTa-v3-base-mnli-fever-anli",
        labels=_ENC,
        licence="MIT",
        parameters=184,
        mnli_m=90.3,
        mnli_mm=90.3,
        half=True,
    ),
    CataloguedModel(
        name="FacebookAI/roberta-large-mnli",
        labels=_CNE,
        licence="MIT",
        parameters=355,
        mnli_m=90.6,
        mnli_mm=None,
    ),
    CataloguedModel(
        name="cross-encoder/nli-deberta-v3-large",
        labels=_CEN,
        licence="Apache-2.0",
        parameters=435,
        mnli_m=None,
        mnli_mm=90.49,
    ),
    CataloguedModel(
        name="MoritzLaurer/DeBERTa-v3-large-mnli-fever-anli-ling-wanli",
        labels=_ENC,
        licence="MIT",
        parameters=435,
        mnli_m=91.2,
        mnli_mm=90.8,
        half=True,
    ),
)
