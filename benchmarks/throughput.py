#!/usr/bin/env python3
"""How many pairs a second: the service over gRPC against its own model bare, and against other ways to serve it.

All run one after the other in this run, with the same weights, the same pairs in the same order and the same number of
threads. The pairs are the development sets of the training data: news claims with evidence of one to three sentences.
No pair is sent twice, so no cache answers. Each row also gives how far its probabilities are from those of the float32
model and its accuracy on the pairs' labels, so that speed bought with accuracy shows.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import queue
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from claimbase_client import ClaimBase
from claimbase_models import padding
from claimbase_models.bundled import WEIGHTS, load_scorer
from claimbase_models.scorer import RELATIONS, TOKEN_BUDGET, TransformersScorer
from report import RESULTS, Report
from serving import REPOSITORY, Server

MODEL = str(WEIGHTS / "scorer")
DATA = REPOSITORY / "models" / "training" / "data"
SETS = ("dev.jsonl", "windows_dev.jsonl", "drills_dev.jsonl")
PEERS = ("sentence-transformers", "litserve", "onnxruntime", "openvino")
PAIRS_A_REQUEST = 20  # what one CheckClaim sends to the model
CALLERS = 16
MAX_LENGTH = 256

Pair = tuple[str, str]
Scores = NDArray[np.float32]
Score = Callable[[Sequence[Pair]], Scores]


@dataclass(frozen=True)
class Contender:
    """A way to score pairs: `prepare` loads it and gives back what scores all of them, saturated."""

    name: str
    prepare: Callable[[argparse.Namespace], Iterator[Score]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, help="how many (default: all)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="(default: %(default)s)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help=f"of {', '.join(c.name for c in CONTENDERS)}")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder (default: %(default)s)")
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)
    torch.set_num_threads(arguments.threads)

    pairs, labels = read_pairs(arguments.pairs)
    report = Report("Saturated pair throughput", arguments.threads, PEERS)
    lengths = [len(one) for one in load_scorer().encode(pairs)]
    report.line(
        f"{len(pairs):,} pairs of {min(lengths)} to {max(lengths)} tokens, {np.mean(lengths):.0f} on average;"
        f" {CALLERS} callers of {PAIRS_A_REQUEST} pairs a request where there is a server"
    )
    reference = float32_scores(pairs)
    rates: dict[str, float] = {}
    rows: list[list[object]] = []
    for contender in CONTENDERS:
        if arguments.only and contender.name not in arguments.only:
            continue
        try:
            rate, scores = measure(contender, pairs, arguments)
        except Exception as error:  # a peer that is not installed or has changed is no reason to lose the others
            if contender.name.startswith("claimbase"):
                raise
            report.line(f"{contender.name}: left out, {error!r}")
            continue
        rates[contender.name] = rate
        away = np.abs(scores - reference)
        right = (scores.argmax(axis=1) == labels).mean()
        rows.append([contender.name, rate, f"{away.mean():.4f}", f"{away.max():.3f}", f"{right:.3f}"])
        print(f"{contender.name}: {rate:.1f} pairs/s", file=sys.stderr)
    ours = rates.get(OURS)
    for row in rows:
        row.insert(2, f"{ours / rates[str(row[0])]:.2f}" if ours else "")
    columns = ["", "pairs/s", "claimbase is faster by", "mean |dp|", "max |dp|", "accuracy"]
    report.table(columns, rows, "dp: difference to the probabilities of the float32 model")
    report.save("throughput", arguments.results)


def read_pairs(count: int | None) -> tuple[list[Pair], NDArray[np.int64]]:
    """Distinct labelled pairs in a random order that never changes."""
    lines = [json.loads(line) for name in SETS for line in (DATA / name).open(encoding="utf-8")]
    random.Random(0).shuffle(lines)
    found = {(line["premise"], line["hypothesis"]): RELATIONS.index(line["label"]) for line in lines}
    pairs = list(found)[:count]
    return pairs, np.array([found[pair] for pair in pairs])


def measure(contender: Contender, pairs: Sequence[Pair], arguments: argparse.Namespace) -> tuple[float, Scores]:
    """Pairs a second, and the scores: the loading and some other pairs before do not count."""
    warm = [(premise, f"It is said that {hypothesis}") for premise, hypothesis in pairs[:200]]
    with contextmanager(contender.prepare)(arguments) as score:
        score(warm)
        started = time.perf_counter()
        scores = score(pairs)
        return len(pairs) / (time.perf_counter() - started), scores


def float32_scores(pairs: Sequence[Pair]) -> Scores:
    """What the model says at full precision, one pair at a time: nothing is padded."""
    from transformers import AutoModelForSequenceClassification

    scorer = load_scorer()
    model = AutoModelForSequenceClassification.from_pretrained(MODEL, dtype=torch.float32).eval()
    with torch.inference_mode():
        logits = [
            model(torch.tensor([one.token_ids]), token_type_ids=torch.tensor([one.segment_ids])).logits[0]
            for one in scorer.encode(pairs)
        ]
    return calibrated(torch.stack(logits), scorer)


def calibrated(logits: torch.Tensor, scorer: TransformersScorer) -> Scores:
    """The scorer's probabilities (n, 3) from raw outputs."""
    columns = [scorer.info.labels.index(relation) for relation in RELATIONS]
    scores: Scores = torch.softmax(logits.float() / scorer.info.temperature, dim=-1)[:, columns].numpy()
    return scores


def claimbase_grpc(arguments: argparse.Namespace) -> Iterator[Score]:
    """ScorePairs of `claimbase serve`, many callers at once."""
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "claims.db") as server:

        def score(pairs: Sequence[Pair]) -> Scores:
            with ClaimBase(server.address, timeout=600) as client:

                def ask(part: Sequence[Pair]) -> list[list[float]]:
                    answer = client.score_pairs(part)
                    return [[p.entailment, p.neutral, p.contradiction] for p in answer.probabilities]

                return by_many_callers(pairs, ask)

        yield score


def claimbase_bare(arguments: argparse.Namespace) -> Iterator[Score]:
    """The forward passes alone: tokens and batches are made before the clock starts."""
    scorer = load_scorer(threads=arguments.threads)
    made: dict[int, list[tuple[list[int], list[object]]]] = {}

    def score(pairs: Sequence[Pair]) -> Scores:
        scores = np.empty((len(pairs), 3), np.float32)
        for places, batch in made[len(pairs)]:
            scores[places] = scorer.score_encoded(batch)  # type: ignore[arg-type]
        return scores

    for pairs in (read_pairs(200)[0], read_pairs(arguments.pairs)[0]):
        encoded = scorer.encode(pairs)
        batches = padding.by_length(encoded, TOKEN_BUDGET)
        made[len(pairs)] = [(places, [encoded[i] for i in places]) for places in batches]
    yield score


def cross_encoder(arguments: argparse.Namespace) -> Iterator[Score]:
    """sentence_transformers.CrossEncoder.predict as people call it: float32, batches of 32."""
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(MODEL, max_length=MAX_LENGTH, device="cpu")
    scorer = load_scorer()
    yield lambda pairs: calibrated(
        model.predict(list(pairs), convert_to_tensor=True, activation_fn=torch.nn.Identity()), scorer
    )


def pipeline(arguments: argparse.Namespace) -> Iterator[Score]:
    """transformers.pipeline("text-classification") with batches of 32."""
    import transformers

    classify = transformers.pipeline("text-classification", MODEL, device="cpu", dtype=torch.float32)
    scorer = load_scorer()

    def score(pairs: Sequence[Pair]) -> Scores:
        inputs = [{"text": premise, "text_pair": hypothesis} for premise, hypothesis in pairs]
        answers = classify(
            inputs, batch_size=32, top_k=None, function_to_apply="none", truncation="only_first", max_length=MAX_LENGTH
        )
        by_label = [{one["label"].lower(): one["score"] for one in answer} for answer in answers]
        return calibrated(torch.tensor([[row[label] for label in scorer.info.labels] for row in by_label]), scorer)

    yield score


LITSERVE = """
import sys, litserve, torch
from sentence_transformers import CrossEncoder
torch.set_num_threads({threads})

class Pairs(litserve.LitAPI):
    def setup(self, device):
        torch.set_num_threads({threads})
        self.model = CrossEncoder({model!r}, max_length={length}, device="cpu")
    def decode_request(self, request):
        return [tuple(pair) for pair in request["pairs"]]
    def batch(self, requests):
        return requests
    def predict(self, requests):
        pairs = [pair for request in requests for pair in request]
        logits = self.model.predict(pairs, batch_size=64, activation_fn=torch.nn.Identity()).tolist()
        return [[logits.pop(0) for _ in request] for request in requests]
    def unbatch(self, answers):
        return answers
    def encode_response(self, answer):
        return {{"logits": answer}}

if __name__ == "__main__":
    api = Pairs(max_batch_size={requests}, batch_timeout=0.01)
    litserve.LitServer(api, accelerator="cpu").run(host="127.0.0.1", port={port}, generate_client_file=False)
"""


def litserve(arguments: argparse.Namespace) -> Iterator[Score]:
    """LitServe around the CrossEncoder with its batching on, asked by as many callers over HTTP."""
    import litserve as installed  # noqa: F401 - the server below needs it

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scorer = load_scorer()
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "serve.py"
        program.write_text(
            LITSERVE.format(
                threads=arguments.threads, model=MODEL, length=MAX_LENGTH, port=port, requests=64 // PAIRS_A_REQUEST + 1
            )
        )
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen([sys.executable, program], stdout=log, stderr=log, cwd=folder)
        try:
            await_http(port, process)
            local = threading.local()

            def ask(part: Sequence[Pair]) -> list[list[float]]:
                if not hasattr(local, "connection"):
                    local.connection = http.client.HTTPConnection("127.0.0.1", port)
                body = json.dumps({"pairs": part})
                local.connection.request("POST", "/predict", body, {"Content-Type": "application/json"})
                answer = local.connection.getresponse()
                text = answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"LitServe answered {answer.status}: {text[:200]!r}")
                logits: list[list[float]] = json.loads(text)["logits"]
                return logits

            yield lambda pairs: calibrated(torch.from_numpy(by_many_callers(pairs, ask)), scorer)
        finally:
            process.terminate()
            process.wait()


def await_http(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once the server is healthy; RuntimeError where it ends instead."""
    while process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.5)
    raise RuntimeError(f"LitServe ended with {process.returncode}")


def onnx_int8(arguments: argparse.Namespace) -> Iterator[Score]:
    """ONNX Runtime with weights and activations quantised to int8 as its own tool does it dynamically."""
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic

    scorer = load_scorer()
    with tempfile.TemporaryDirectory() as folder:
        plain, quantised = Path(folder) / "model.onnx", Path(folder) / "int8.onnx"
        export_onnx(plain)
        quantize_dynamic(plain, quantised, weight_type=QuantType.QInt8, per_channel=True)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = arguments.threads
        session = onnxruntime.InferenceSession(quantised, options, providers=["CPUExecutionProvider"])
        names = [one.name for one in session.get_inputs()]
        yield in_batches(scorer, lambda inputs: session.run(None, {name: inputs[name].numpy() for name in names})[0])


def openvino(arguments: argparse.Namespace) -> Iterator[Score]:
    """OpenVINO's CPU plug-in, which takes bfloat16 by itself where the processor has it."""
    import openvino as ov

    scorer = load_scorer()
    with tempfile.TemporaryDirectory() as folder:
        export_onnx(Path(folder) / "model.onnx")
        hints = {"INFERENCE_NUM_THREADS": arguments.threads, "PERFORMANCE_HINT": "LATENCY"}
        compiled = ov.Core().compile_model(Path(folder) / "model.onnx", "CPU", hints)
        names = [one.any_name for one in compiled.inputs]
        yield in_batches(scorer, lambda inputs: compiled({name: inputs[name].numpy() for name in names})[0])


def export_onnx(path: Path) -> None:
    """Write the float32 model with rows and tokens of any number."""
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(
        MODEL, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    names = ["input_ids", "attention_mask", "token_type_ids"]
    example = torch.ones((2, 16), dtype=torch.long)
    axes = {name: {0: "rows", 1: "tokens"} for name in names}
    torch.onnx.export(
        model, (example,) * 3, str(path), input_names=names, output_names=["logits"], dynamic_axes=axes, dynamo=False
    )


def in_batches(scorer: TransformersScorer, run: Callable[[dict[str, torch.Tensor]], Scores]) -> Score:
    """Scoring by a runtime that takes padded batches: sorted by length, as our own are."""

    def score(pairs: Sequence[Pair]) -> Scores:
        encoded = scorer.encode(pairs)
        logits = np.empty((len(pairs), 3), np.float32)
        for places in padding.by_length(encoded, TOKEN_BUDGET // 2):
            batch = [encoded[i] for i in places]
            logits[places] = run(padding.pad(batch, 0, MAX_LENGTH, segments=True))[: len(batch)]
        return calibrated(torch.from_numpy(logits), scorer)

    return score


def by_many_callers(pairs: Sequence[Pair], ask: Callable[[Sequence[Pair]], list[list[float]]]) -> Scores:
    """All pairs in requests of PAIRS_A_REQUEST by CALLERS threads, each sending its next once it is answered."""
    scores = np.empty((len(pairs), 3), np.float32)
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for start in range(0, len(pairs), PAIRS_A_REQUEST):
        waiting.put(start)
    failures: list[Exception] = []

    def call() -> None:
        try:
            while True:
                start = waiting.get_nowait()
                part = pairs[start : start + PAIRS_A_REQUEST]
                scores[start : start + len(part)] = ask(part)
        except queue.Empty:
            pass
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=call) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return scores


OURS = "claimbase, gRPC"
CONTENDERS = (
    Contender(OURS, claimbase_grpc),
    Contender("claimbase, forward pass alone", claimbase_bare),
    Contender("CrossEncoder.predict", cross_encoder),
    Contender("transformers.pipeline", pipeline),
    Contender("LitServe, HTTP", litserve),
    Contender("ONNX Runtime int8", onnx_int8),
    Contender("OpenVINO", openvino),
)

if __name__ == "__main__":
    main()
