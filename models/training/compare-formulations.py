"""Trains three formulations of the same task on the same samples with the same encoder, and measures their spans.

Reads  FOLDER/config.json, train.bin, held-out.bin (what train.ts prepared)
Prints a line of JSON per formulation: exact spans right, wrong and missed, F1 with its 95 % interval, and the messages
without any span in which one was found.

tags       a B, I or O for every word, best consistent row
span       for every field, where it begins and where it ends, or that it is not there
candidate  for every run of up to eight words, which field it is, or none
"""

import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

import train as base

steps = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
fields = (len(base.config["tags"]) - 1) // 2
longest = 8
width = base.width


def spans_of(tags):
    """Gold spans (first word, last word, field) of a row of tags: 0 is O, then B and I of each field."""
    spans = []
    for at, tag in enumerate(tags):
        if tag <= 0:
            continue
        field, begins = (tag - 1) // 2, tag % 2 == 1
        if begins or not spans or spans[-1][1] != at - 1 or spans[-1][2] != field:
            spans.append([at, at, field])
        else:
            spans[-1][1] = at
    return [tuple(span) for span in spans]


def words_of(samples):
    """Positions of the words, padded, which of them are words, and their tags."""
    most = max(1, max(len(sample[1]) for sample in samples))
    places = np.zeros((len(samples), most), dtype=np.int64)
    there = np.zeros((len(samples), most), dtype=bool)
    tags = np.full((len(samples), most), -1, dtype=np.int64)
    for i, sample in enumerate(samples):
        places[i, : len(sample[1])] = sample[1]
        there[i, : len(sample[1])] = True
        tags[i, : len(sample[2])] = sample[2]
    return torch.from_numpy(places), torch.from_numpy(there), tags


class Tags(torch.nn.Module):
    def loss(self, words, there, gold, table, asked):
        scores = words @ table[base.tag_ids].T
        target = torch.from_numpy(gold)
        return F.cross_entropy(scores.float().flatten(0, 1), target.flatten(), ignore_index=-1, label_smoothing=0.02)

    def decode(self, words, table, asked):
        chances = (words @ table[base.tag_ids].T).float().softmax(-1).clamp_min(1e-12).log().numpy()
        count, tags = chances.shape
        if count == 0:
            return []
        best = np.where([tag > 0 and tag % 2 == 0 for tag in range(tags)], -1e9, 0.0) + chances[0]
        back = []
        for row in chances[1:]:
            allowed = np.array(
                [
                    [not (tag > 0 and tag % 2 == 0) or before in (tag, tag - 1) for before in range(tags)]
                    for tag in range(tags)
                ]
            )
            options = np.where(allowed, best[None, :], -1e9)
            back.append(options.argmax(1))
            best = options.max(1) + row
        path = [int(best.argmax())]
        for row in reversed(back):
            path.append(int(row[path[-1]]))
        return spans_of(path[::-1])


class Spans(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = (torch.nn.Linear(width, fields, bias=False) for _ in range(2))
        self.none = torch.nn.Linear(width, fields)

    def scores(self, words, asked):
        none = self.none(asked)
        return (torch.cat([none[:, None], side(words)], 1).float() for side in (self.first, self.last))

    def loss(self, words, there, gold, table, asked):
        target = np.zeros((2, len(gold), fields), dtype=np.int64)
        for i, row in enumerate(gold):
            for first, last, field in spans_of(row):
                target[:, i, field] = (first + 1, last + 1)
        hidden = ~torch.cat([torch.ones(len(gold), 1, dtype=torch.bool), there], 1)
        total = 0
        for scores, wanted in zip(self.scores(words, asked), target):
            scores = scores.masked_fill(hidden[:, :, None], -1e4)
            total = total + F.cross_entropy(scores, torch.from_numpy(wanted), label_smoothing=0.02)
        return total / 2

    def decode(self, words, table, asked):
        first, last = (scores.softmax(1)[0] for scores in self.scores(words[None], asked[None]))
        found = []
        for field in range(fields):
            start = int(first[:, field].argmax()) - 1
            if start < 0:
                continue
            end = start + int(last[start + 1 : start + 1 + 2 * longest, field].argmax())
            if first[start + 1, field] * last[end + 1, field] > first[0, field] * last[0, field]:
                found.append((start, end, field))
        return found


class Candidates(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last, self.both = (torch.nn.Linear(width, fields + 1, bias=False) for _ in range(3))
        self.length = torch.nn.Embedding(longest, fields + 1)

    def scores(self, words):
        """[batch, first word, length - 1, label]: label 0 is none."""
        count = words.shape[1]
        padded = F.pad(words, (0, 0, 0, longest - 1))
        ends = torch.stack([padded[:, step : step + count] for step in range(longest)], 2)
        starts = words[:, :, None]
        return (self.first(starts) + self.last(ends) + self.both(starts * ends) + self.length.weight).float()

    def loss(self, words, there, gold, table, asked):
        target = torch.zeros(words.shape[0], words.shape[1], longest, dtype=torch.long)
        for i, row in enumerate(gold):
            for first, last, field in spans_of(row):
                if last - first < longest:
                    target[i, first, last - first] = field + 1
        inside = F.pad(there, (0, longest - 1))
        valid = torch.stack([inside[:, step : step + there.shape[1]] for step in range(longest)], 2) & there[:, :, None]
        target = target.masked_fill(~valid, -1)
        # nearly all candidates are none: what is something counts as much as all of them
        weight = torch.ones(fields + 1)
        weight[0] = 0.2
        return F.cross_entropy(self.scores(words).flatten(0, 2), target.flatten(), weight=weight, ignore_index=-1)

    def decode(self, words, table, asked):
        if len(words) == 0:
            return []
        chances = self.scores(words[None])[0].softmax(-1)
        best, label = chances.max(-1)
        order = sorted(
            ((float(best[i, l]), i, i + l, int(label[i, l]) - 1) for i in range(len(words)) for l in range(longest)
             if label[i, l] > 0 and i + l < len(words)),
            reverse=True,
        )
        found = []
        for _, first, last, field in order:
            if all(last < other[0] or first > other[1] for other in found):
                found.append((first, last, field))
        return found


def interval(counts, generator):
    counts = np.array(counts)
    drawn = counts[generator.integers(0, len(counts), (1000, len(counts)))].sum(1)
    f1 = 2 * drawn[:, 0] / np.maximum(1, 2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2])
    return [round(float(np.quantile(f1, q)), 3) for q in (0.025, 0.975)]


def measure(name, head, train, held_out):
    torch.manual_seed(base.config["seed"])
    model = base.Labeller()
    parameters = [*model.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=base.config["rate"], betas=(0.9, 0.98), weight_decay=0.05)
    generator = np.random.default_rng(base.config["seed"])
    started, step = time.time(), 0
    model.train()
    for group in base.batches(train, generator, base.config["batchTokens"]):
        if step == steps:
            break
        tokens, mask, _, ask, bits, authority = base.collate(group)
        places, there, gold = words_of(group)
        rate = base.config["rate"] * min(1, (step + 1) / 150) * (0.02 + 0.49 * (1 + math.cos(math.pi * step / steps)))
        for part in optimizer.param_groups:
            part["lr"] = rate
        hide = (torch.rand(tokens.shape) < base.config["hide"]) & mask
        hide[torch.arange(len(ask)), ask] = False
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=base.config["bf16"]):
            hidden = model(tokens.masked_fill(hide, 0), mask, base.config["dropout"])
        # the heads in 32 bits: they are small, and some kernels for 16 want more columns
        hidden = hidden.float()
        table = model.token_embd.weight
        asked = hidden[torch.arange(len(ask)), ask]
        words = hidden.gather(1, places[:, :, None].expand(-1, -1, width))
        loss = (
            head.loss(words, there, gold, table, asked)
            + 3.0 * F.binary_cross_entropy_with_logits(asked @ table[base.intent_ids].T, bits)
            + 0.5 * F.cross_entropy(asked @ table[base.authority_ids].T, authority)
        )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        step += 1
        if step % 200 == 0:
            print(f"{name} step {step} loss {loss.item():.3f} {time.time() - started:.0f} s", file=sys.stderr, flush=True)
    model.eval()
    counts, free, invented = [], 0, 0
    with torch.no_grad():
        for sample in held_out:
            tokens, mask, _, ask, _, _ = base.collate([sample])
            hidden = model(tokens, mask, 0.0)[0]
            found = set(head.decode(hidden[sample[1]], model.token_embd.weight, hidden[int(sample[3])]))
            gold = set(spans_of(sample[2]))
            counts.append((len(found & gold), len(found - gold), len(gold - found)))
            if not gold:
                free += 1
                invented += bool(found)
    right, wrong, missed = (int(n) for n in np.array(counts).sum(0))
    print(
        json.dumps(
            {
                "formulation": name,
                "steps": step,
                "messages": len(held_out),
                "right": right,
                "wrong": wrong,
                "missed": missed,
                "f1": round(2 * right / max(1, 2 * right + wrong + missed), 3),
                "interval": interval(counts, np.random.default_rng(1)),
                "free": free,
                "invented": invented,
                "seconds": round(time.time() - started),
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    train, held_out = base.load(f"{base.folder}/train.bin"), base.load(f"{base.folder}/held-out.bin")
    for name, head in (("tags", Tags), ("span", Spans), ("candidate", Candidates)):
        torch.manual_seed(base.config["seed"])
        measure(name, head(), train, held_out)
