#!/usr/bin/env python3
"""Trains a small base model from scratch on the Japanese side of a dataset: a tokenizer and a Llama of some million
parameters, enough to try tuning and comparing on a CPU, and for nothing else.

usage: tuning/make_base.py --dataset out/clean --out BASE
"""
import argparse
import json
import pathlib
import random
import time

import rows


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--texts", type=int, default=20000, help="so many texts, chosen by --seed")
    parser.add_argument("--vocabulary", type=int, default=4000)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main():
    args = arguments()
    found = rows.records(args.dataset)

    import tokenizers
    import torch
    import transformers

    texts = {row[name] for row in found for name in ("input", "output") if any("ぁ" <= c <= "ヺ" for c in row[name])}
    texts = sorted(texts)
    random.Random(args.seed).shuffle(texts)
    texts = texts[: args.texts]

    trained = tokenizers.Tokenizer(tokenizers.models.BPE())
    trained.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=args.vocabulary, special_tokens=["<s>", "</s>", "<pad>"], show_progress=False,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(), max_token_length=24,
    )
    # The headings of prompts are no text of the corpora.
    trained.train_from_iterator(texts + [rows.WITH_INPUT, rows.WITHOUT_INPUT], trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=trained, bos_token="<s>", eos_token="</s>", pad_token="<pad>"
    )
    torch.manual_seed(args.seed)
    model = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=args.width, intermediate_size=3 * args.width,
            num_hidden_layers=args.layers, num_attention_heads=4, num_key_value_heads=4, max_position_embeddings=2048,
            bos_token_id=0, eos_token_id=1, pad_token_id=2, tie_word_embeddings=True,
        )
    )
    ids = [i for text in texts for i in tokenizer(text)["input_ids"] + [1]]
    blocks = torch.tensor(ids[: len(ids) // args.length * args.length]).view(-1, args.length)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.learning_rate)
    schedule = transformers.get_cosine_schedule_with_warmup(optimizer, args.steps // 20, args.steps)
    start, losses, model = time.time(), [], model.train()
    for _ in range(args.steps):
        chosen = blocks[torch.randint(len(blocks), (args.batch,))]
        loss = model(input_ids=chosen, labels=chosen).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(round(loss.item(), 4))
    model.save_pretrained(args.out)
    tokenizer.save_pretrained(args.out)
    n = sum(p.numel() for p in model.parameters())
    said = {"settings": vars(args), "texts": len(texts), "tokens": len(ids), "parameters": n, "seconds": time.time() - start}
    (pathlib.Path(args.out) / "base.json").write_text(json.dumps({**said, "loss": losses}) + "\n", encoding="utf-8")
    print(f"{n} parameters, {len(ids)} tokens, {said['seconds']:.0f} s, loss {losses[0]} to {losses[-1]}")


if __name__ == "__main__":
    main()
