"""Trains the labelling model on samples that train.ts prepared. Debian's python3-torch (1.13) and numpy suffice.

Where config.teachers is set, several models learn first, side by side in one batch, and the model learns from what
they agree on as well as from the labels: for an accelerator, since that is many times the work.

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
torch.set_num_threads(config["threads"])
device = "cuda" if torch.cuda.is_available() else "cpu"
tag_ids, intent_ids, authority_ids = (torch.tensor(config[key], device=device) for key in ("tags", "intents", "authorities"))


class Samples:
    """The numbers of a file where the model is, and where in them each sample begins."""

    def __init__(self, path):
        numbers = np.fromfile(path, dtype="<i4")
        starts, at = [], 0
        while at < len(numbers):
            starts.append(at)
            at += 5 + numbers[at] + 2 * numbers[at + 1]
        starts = np.array(starts)
        self.numbers = torch.from_numpy(numbers).to(device)
        self.lengths, self.slots = numbers[starts].astype(np.int64), numbers[starts + 1].astype(np.int64)
        self.places = [torch.from_numpy(x).to(device) for x in (starts, self.lengths, self.slots)]

    def __len__(self):
        return len(self.lengths)

    def row(self, first, count, longest, filler):
        """`count` numbers from `first` on for each sample, filled up to the longest."""
        place = torch.arange(longest, device=device)[None]
        inside = place < count[:, None]
        at = (first[:, None] + place).clamp(max=len(self.numbers) - 1)
        return self.numbers[at].long().masked_fill(~inside, filler), inside

    def batch(self, chosen):
        i = torch.from_numpy(chosen).to(device)
        start, length, slots = (x[i] for x in self.places)
        longest, most = int(self.lengths[chosen].max()), int(self.slots[chosen].max())
        tokens, mask = self.row(start + 5, length, longest, 3)
        places, _ = self.row(start + 5 + length, slots, most, 0)
        tags, _ = self.row(start + 5 + length + slots, slots, most, -1)
        ask, bits, authority = (self.numbers[start + k].long() for k in (2, 3, 4))
        intents = (bits[:, None] >> torch.arange(len(intent_ids), device=device)[None]) & 1
        return tokens, mask, places, ask, (tags, intents.float(), authority)

    def batches(self, generator, budget):
        """Samples of about the same length together, as many as the budget of tokens allows, in any order."""
        order = generator.permutation(len(self))
        groups = []
        for part in range(0, len(order), 4096):
            some = order[part : part + 4096]
            some = some[np.argsort(self.lengths[some], kind="stable")]
            first = 0
            for i in range(1, len(some) + 1):
                if i == len(some) or self.lengths[some[i]] * (i + 1 - first) > budget:
                    groups.append(some[first:i])
                    first = i
        for at in generator.permutation(len(groups)):
            yield groups[at]


def drop_features(x, rate):
    """Whole features of a message, the same at every word: as good against learning by heart, and cheaper."""
    if rate == 0:
        return x
    keep = torch.rand(*x.shape[:2], 1, x.shape[3], device=x.device) >= rate
    return x * (keep.to(x.dtype) / (1 - rate))


def norm(x, weight):
    return x * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + 1e-5) * weight[:, None, None]


class Labellers(torch.nn.Module):
    """As many models of one shape as `members`, each with weights of its own: [member, batch, token, feature]."""

    def __init__(self, shape, members=1):
        super().__init__()
        self.members, self.heads, self.layers = members, shape["heads"], shape["layers"]
        self.width = width = shape["width"]
        weights = {"token_embd.weight": (config["vocabulary"], width), "output_norm": (width,)}
        for i in range(self.layers):
            weights.update({f"blk.{i}.attn_norm": (width,), f"blk.{i}.ffn_norm": (width,)})
            weights.update({f"blk.{i}.attn_{k}.weight": (width, width) for k in ("q", "k", "v", "output")})
            weights.update({f"blk.{i}.ffn_{k}.weight": (shape["inner"], width) for k in ("gate", "up")})
            weights[f"blk.{i}.ffn_down.weight"] = (width, shape["inner"])
        self.weights = torch.nn.ParameterDict()
        for name, size in weights.items():
            small = name.endswith(("attn_output.weight", "ffn_down.weight"))
            std = 0.05 / math.sqrt(2 * self.layers) if small else 0.05
            start = torch.ones(members, *size) if len(size) == 1 else torch.randn(members, *size) * std
            # a ParameterDict's names hold no dots
            self.weights[name.replace(".", "/")] = torch.nn.Parameter(start)

    def weight(self, name):
        return self.weights[name.replace(".", "/")]

    def linear(self, x, name):
        batch, length = x.shape[1:3]
        weight = self.weight(name + ".weight")
        return torch.bmm(x.flatten(1, 2), weight.transpose(1, 2)).view(self.members, batch, length, -1)

    def forward(self, tokens, mask, drop):
        batch, length = tokens.shape
        size = self.width // self.heads
        angle = torch.arange(length, device=tokens.device)[:, None] / (
            10000 ** (torch.arange(0, size, 2, device=tokens.device) / size)
        )
        cos, sin = angle.cos(), angle.sin()

        def rotate(x):
            # llama.cpp's "normal" rotary embedding turns neighbouring pairs
            even, odd = x[..., 0::2], x[..., 1::2]
            return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)

        def split(x):
            return x.view(self.members, batch, length, self.heads, size).transpose(2, 3)

        table = self.weight("token_embd.weight")
        member = torch.arange(self.members, device=tokens.device)[:, None, None] * table.shape[1]
        x = drop_features(F.embedding(tokens[None] + member, table.flatten(0, 1)), drop)
        for i in range(self.layers):
            h = norm(x, self.weight(f"blk.{i}.attn_norm"))
            q, k, v = (split(self.linear(h, f"blk.{i}.attn_{name}")) for name in "qkv")
            attention = (rotate(q) @ rotate(k).transpose(-1, -2)) / math.sqrt(size)
            attention = attention.masked_fill(~mask[None, :, None, None, :], -1e4).float().softmax(-1).to(v.dtype)
            y = (attention @ v).transpose(2, 3).flatten(3)
            x = x + drop_features(self.linear(y, f"blk.{i}.attn_output"), drop)
            h = norm(x, self.weight(f"blk.{i}.ffn_norm"))
            h = F.silu(self.linear(h, f"blk.{i}.ffn_gate")) * self.linear(h, f"blk.{i}.ffn_up")
            x = x + drop_features(self.linear(h, f"blk.{i}.ffn_down"), drop)
        return norm(x, self.weight("output_norm"))

    def scores(self, tokens, mask, places, ask, drop=0.0):
        """Of each member: tags at the words, intents and authority at the token that asks for them."""
        hidden = self(tokens, mask, drop)
        table = self.weight("token_embd.weight")
        sample = torch.arange(len(ask), device=hidden.device)
        words, asked = hidden[:, sample[:, None], places], hidden[:, sample, ask]
        return (
            words @ table[:, None, tag_ids].transpose(-1, -2),
            asked @ table[:, intent_ids].transpose(-1, -2),
            asked @ table[:, authority_ids].transpose(-1, -2),
        )


def label_loss(scores, labels):
    """Summed over the members, so that each learns as if it were alone."""
    (tag, intent, decide), (tags, intents, authority) = scores, labels
    members = len(tag)
    each = lambda x: x[None].expand(members, *x.shape)
    tag_loss = F.cross_entropy(tag.flatten(0, 2), each(tags).flatten(), ignore_index=-1, label_smoothing=0.02)
    intent_loss = F.binary_cross_entropy_with_logits(intent, each(intents))
    authority_loss = F.cross_entropy(decide.flatten(0, 1), each(authority).flatten())
    return (tag_loss + 3.0 * intent_loss + 0.5 * authority_loss) * members


def agreement_loss(scores, taught, labels):
    """How far one model is from what its teachers say on the whole."""
    (tag, intent, decide), word = (part[0] for part in scores), (labels[0] >= 0).float()
    tag_loss = (-(taught[0] * tag.log_softmax(-1)).sum(-1) * word).sum() / word.sum()
    intent_loss = F.binary_cross_entropy_with_logits(intent, taught[1])
    authority_loss = -(taught[2] * decide.log_softmax(-1)).sum(-1).mean()
    return tag_loss + 3.0 * intent_loss + 0.5 * authority_loss


def learn(model, samples, recipe, teachers=None):
    steps, members = recipe["steps"], model.members
    parameters = list(model.parameters())
    matrices, vectors = ([p for p in parameters if p.dim() == rank] for rank in (3, 2))
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}],
        lr=recipe["rate"],
        betas=(0.9, 0.98),
        **({"fused": True} if device == "cuda" else {}),
    )
    average = [p.detach().clone() for p in parameters]
    generator = np.random.default_rng(config["seed"])
    count = sum(p.numel() for p in parameters)
    print(f"{count} parameters, {len(samples)} samples, {steps} steps of {recipe['batchTokens']} tokens on {device}", flush=True)
    step, seen, started = 0, 0, time.time()
    model.train()
    while step < steps:
        for group in samples.batches(generator, recipe["batchTokens"]):
            tokens, mask, places, ask, labels = samples.batch(group)
            warm = min(1, (step + 1) / 150)
            rate = recipe["rate"] * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
            for part in optimizer.param_groups:
                part["lr"] = rate
            # some tokens go missing, so that no label hangs on a single word
            hide = (torch.rand(tokens.shape, device=device) < recipe["hide"]) & mask
            hide[torch.arange(len(ask), device=device), ask] = False
            with torch.autocast(device, dtype=torch.bfloat16, enabled=config["bf16"]):
                said = model.scores(tokens.masked_fill(hide, 0), mask, places, ask, recipe["dropout"])
                if teachers:
                    with torch.no_grad():
                        heard = [part.float() for part in teachers.scores(tokens, mask, places, ask)]
            said = [part.float() for part in said]
            loss = label_loss(said, labels)
            if teachers:
                taught = heard[0].softmax(-1).mean(0), heard[1].sigmoid().mean(0), heard[2].softmax(-1).mean(0)
                loss = 0.2 * loss + 0.8 * agreement_loss(said, taught, labels)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            # each member's gradient is at most one long
            length = torch.stack([p.grad.flatten(1).pow(2).sum(1) for p in parameters]).sum(0).sqrt()
            scale = (1.0 / (length + 1e-6)).clamp(max=1.0)
            for p in parameters:
                p.grad.mul_(scale.view(-1, *[1] * (p.dim() - 1)))
            optimizer.step()
            decay = min(0.998, (step + 1) / (step + 20))
            with torch.no_grad():
                torch._foreach_mul_(average, decay)
                torch._foreach_add_(average, parameters, alpha=1 - decay)
            seen += int(samples.lengths[group].sum())
            step += 1
            if step % 200 == 0 or step == steps:
                speed = seen / (time.time() - started)
                print(f"step {step} loss {loss.item() / members:.3f} {speed:.0f} tokens/s {time.time() - started:.0f} s", flush=True)
            if step == steps:
                break
    with torch.no_grad():
        for p, mean in zip(parameters, average):
            p.copy_(mean)
    return model.eval()


def write(model, held_out):
    """The weights in the order of config.tensors, and what the model says of the held-out samples."""
    with open(f"{folder}/weights.bin", "wb") as out:
        for tensor in config["tensors"]:
            name = tensor["name"].replace("output_norm.weight", "output_norm").replace("_norm.weight", "_norm")
            values = model.weight(name).detach()[0].cpu().float().numpy()
            assert list(values.shape) == tensor["shape"][::-1], (name, values.shape, tensor["shape"])
            out.write(values.astype("<f4").tobytes())
    with open(f"{folder}/scores.bin", "wb") as out, torch.no_grad():
        for i in range(len(held_out)):
            tokens, mask, places, ask, _ = held_out.batch(np.array([i]))
            for part in model.scores(tokens, mask, places, ask):
                out.write(part[0].flatten().cpu().float().numpy().astype("<f4").tobytes())


def main():
    train, held_out = Samples(f"{folder}/train.bin"), Samples(f"{folder}/held-out.bin")
    teachers = None
    if "teachers" in config:
        recipe = {**config, **config["teachers"]}
        teachers = learn(Labellers(recipe, recipe["members"]).to(device), train, recipe)
    write(learn(Labellers(config).to(device), train, config, teachers), held_out)


if __name__ == "__main__":
    main()
