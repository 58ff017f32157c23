"""Trains the labelling model on samples that train.ts prepared. Debian's python3-torch (1.13) and numpy suffice.

Reads  FOLDER/config.json, train.bin, held-out.bin
Writes FOLDER/weights.bin (32-bit floats in the order of config.tensors), scores.bin (of the held-out samples)
"""

import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

folder = sys.argv[1]
config = json.load(open(f"{folder}/config.json"))
torch.manual_seed(config["seed"])
np.random.seed(config["seed"])
torch.set_num_threads(config["threads"])
width, layers, heads = config["width"], config["layers"], config["heads"]
device = "cuda" if torch.cuda.is_available() else "cpu"
tag_ids, intent_ids, authority_ids = (torch.tensor(config[key], device=device) for key in ("tags", "intents", "authorities"))


def load(path):
    numbers = np.fromfile(path, dtype="<i4")
    samples, at = [], 0
    while at < len(numbers):
        tokens, slots, ask, intents, authority = numbers[at : at + 5]
        at += 5
        samples.append(
            (
                numbers[at : at + tokens],
                numbers[at + tokens : at + tokens + slots],
                numbers[at + tokens + slots : at + tokens + 2 * slots],
                ask,
                intents,
                authority,
            )
        )
        at += tokens + 2 * slots
    return samples


def drop_features(x, rate, training):
    """Whole features of a message, the same at every word: as good against learning by heart, and cheaper."""
    if not training or rate == 0:
        return x
    keep = (torch.rand(x.shape[0], 1, x.shape[2], device=x.device) >= rate).to(x.dtype) / (1 - rate)
    return x * keep


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        linear = lambda i, o: torch.nn.Linear(i, o, bias=False)
        self.attn_norm = torch.nn.Parameter(torch.ones(width))
        self.attn_q, self.attn_k, self.attn_v, self.attn_output = (linear(width, width) for _ in range(4))
        self.ffn_norm = torch.nn.Parameter(torch.ones(width))
        self.ffn_gate, self.ffn_up = linear(width, config["inner"]), linear(width, config["inner"])
        self.ffn_down = linear(config["inner"], width)


def norm(x, weight):
    return x * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + 1e-5) * weight


class Labeller(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.token_embd = torch.nn.Embedding(config["vocabulary"], width)
        self.blk = torch.nn.ModuleList([Block() for _ in range(layers)])
        self.output_norm = torch.nn.Parameter(torch.ones(width))
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                small = name.endswith(("attn_output.weight", "ffn_down.weight"))
                torch.nn.init.normal_(parameter, std=0.05 / math.sqrt(2 * layers) if small else 0.05)

    def rotate(self, x, cos, sin):
        # llama.cpp's "normal" rotary embedding turns neighbouring pairs
        even, odd = x[..., 0::2], x[..., 1::2]
        return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)

    def forward(self, tokens, mask, drop):
        batch, length = tokens.shape
        size = width // heads
        angle = torch.arange(length, device=tokens.device)[:, None] / (
            10000 ** (torch.arange(0, size, 2, device=tokens.device) / size)
        )
        cos, sin = angle.cos(), angle.sin()
        x = drop_features(self.token_embd(tokens), drop, self.training)
        shape = lambda y: y.view(batch, length, heads, size).transpose(1, 2)
        for block in self.blk:
            h = norm(x, block.attn_norm)
            q, k = self.rotate(shape(block.attn_q(h)), cos, sin), self.rotate(shape(block.attn_k(h)), cos, sin)
            weights = (q @ k.transpose(-1, -2)) / math.sqrt(size)
            weights = weights.masked_fill(~mask[:, None, None, :], -1e4).float().softmax(-1).to(q.dtype)
            y = (weights @ shape(block.attn_v(h))).transpose(1, 2).reshape(batch, length, width)
            x = x + drop_features(block.attn_output(y), drop, self.training)
            h = norm(x, block.ffn_norm)
            h = block.ffn_down(F.silu(block.ffn_gate(h)) * block.ffn_up(h))
            x = x + drop_features(h, drop, self.training)
        return norm(x, self.output_norm)


def collate(samples):
    length = max(len(s[0]) for s in samples)
    tokens = np.full((len(samples), length), 3, dtype=np.int64)
    tags = np.full((len(samples), length), -1, dtype=np.int64)
    mask = np.zeros((len(samples), length), dtype=bool)
    for i, sample in enumerate(samples):
        tokens[i, : len(sample[0])] = sample[0]
        mask[i, : len(sample[0])] = True
        tags[i, sample[1]] = sample[2]
    bits = np.array([[(s[4] >> b) & 1 for b in range(len(intent_ids))] for s in samples], dtype=np.float32)
    to = lambda x: torch.from_numpy(x).to(device)
    return (
        to(tokens),
        to(mask),
        to(tags),
        to(np.array([s[3] for s in samples])).long(),
        to(bits),
        to(np.array([s[5] for s in samples])).long(),
    )


def batches(samples, generator, budget):
    order = generator.permutation(len(samples))
    groups = []
    for start in range(0, len(order), 4096):
        part = sorted(order[start : start + 4096], key=lambda i: len(samples[i][0]))
        group, longest = [], 0
        for i in part:
            longest = max(longest, len(samples[i][0]))
            if group and longest * (len(group) + 1) > budget:
                groups.append(group)
                group, longest = [], len(samples[i][0])
            group.append(i)
        groups.append(group)
    for at in generator.permutation(len(groups)):
        yield [samples[i] for i in groups[at]]


def scores(model, tokens, mask, ask, drop=0.0):
    hidden = model(tokens, mask, drop)
    table = model.token_embd.weight
    asked = hidden[torch.arange(len(ask), device=hidden.device), ask]
    return hidden @ table[tag_ids].T, asked @ table[intent_ids].T, asked @ table[authority_ids].T


def main():
    train, held_out = load(f"{folder}/train.bin"), load(f"{folder}/held-out.bin")
    model = Labeller().to(device)
    count = sum(p.numel() for p in model.parameters())
    steps, budget = config["steps"], config["batchTokens"]
    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}],
        lr=config["rate"],
        betas=(0.9, 0.98),
    )
    average = {name: p.detach().clone() for name, p in model.named_parameters()}
    generator = np.random.default_rng(config["seed"])
    print(f"{count} parameters, {len(train)} samples, {steps} steps of {budget} tokens on {device}", flush=True)
    step, seen, started = 0, 0, time.time()
    model.train()
    while step < steps:
        for group in batches(train, generator, budget):
            tokens, mask, tags, ask, bits, authority = collate(group)
            warm = min(1, (step + 1) / 150)
            rate = config["rate"] * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
            for part in optimizer.param_groups:
                part["lr"] = rate
            # some tokens go missing, so that no label hangs on a single word
            hide = (torch.rand(tokens.shape, device=device) < config["hide"]) & mask
            hide[torch.arange(len(ask)), ask] = False
            tokens = tokens.masked_fill(hide, 0)
            with torch.autocast(device, dtype=torch.bfloat16, enabled=config["bf16"]):
                tag, intent, decide = scores(model, tokens, mask, ask, config["dropout"])
            tag_loss = F.cross_entropy(tag.float().flatten(0, 1), tags.flatten(), ignore_index=-1, label_smoothing=0.02)
            intent_loss = F.binary_cross_entropy_with_logits(intent.float(), bits)
            authority_loss = F.cross_entropy(decide.float(), authority)
            loss = tag_loss + 3.0 * intent_loss + 0.5 * authority_loss
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            decay = min(0.998, (step + 1) / (step + 20))
            with torch.no_grad():
                for name, p in model.named_parameters():
                    average[name].lerp_(p, 1 - decay)
            seen += int(mask.sum())
            step += 1
            if step % 200 == 0 or step == steps:
                speed = seen / (time.time() - started)
                print(
                    f"step {step} tags {tag_loss.item():.3f} intents {intent_loss.item():.3f} "
                    f"authority {authority_loss.item():.3f} {speed:.0f} tokens/s {time.time() - started:.0f} s",
                    flush=True,
                )
            if step == steps:
                break
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(average[name])
    model.eval()
    named = dict(model.named_parameters())
    with open(f"{folder}/weights.bin", "wb") as out:
        for tensor in config["tensors"]:
            name = tensor["name"].replace("output_norm.weight", "output_norm").replace("_norm.weight", "_norm")
            values = named[name].detach().cpu().float().numpy()
            assert list(values.shape) == tensor["shape"][::-1], (name, values.shape, tensor["shape"])
            out.write(values.astype("<f4").tobytes())
    with open(f"{folder}/scores.bin", "wb") as out, torch.no_grad():
        for sample in held_out:
            tokens, mask, _, ask, _, _ = collate([sample])
            tag, intent, decide = scores(model, tokens, mask, ask)
            for part in (tag[0, sample[1]].flatten(), intent[0], decide[0]):
                out.write(part.cpu().float().numpy().astype("<f4").tobytes())


if __name__ == "__main__":
    main()
