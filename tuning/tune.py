#!/usr/bin/env python3
"""Tunes a model by LoRA on a dataset folder of ljd's.

usage: tuning/tune.py --dataset out/clean --base MODEL --out TUNED

The defaults are the settings of the paper (learning rate 3e-4, 256 tokens, 130 records a step, one epoch, LoRA of rank 4
with alpha 16 and dropout 0.05 on q_proj and v_proj); every one is a flag. The answer alone is learnt, or, with
--whole-text, prompt and answer as the paper's code did. It resumes with --resume, computes in bfloat16 where there is a
GPU and in float32 where there is none, and leaves the adapter, `tuning.json` and a plot of the loss.
"""
import argparse
import hashlib
import json
import pathlib
import random

import rows


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", required=True, help="a finished dataset")
    parser.add_argument("--base", required=True, help="a model's folder or name")
    parser.add_argument("--gguf-file", help="the file of --base that has the weights, where that is GGUF")
    parser.add_argument("--out", required=True, help="folder of the tuned model")
    parser.add_argument("--corpora", default="", help="corpora to take, joined by commas; all if absent")
    parser.add_argument("--records", type=int, help="so many records, chosen by --seed; all if absent")
    parser.add_argument("--prompt", choices=["text", "chat"], default="text", help="text-ja-alpaca, or the model's chat template")
    parser.add_argument("--whole-text", action="store_true", help="learn the prompt as well as the answer")
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--learning-rate", type=float, default=3e-4)
    parser.add_argument("--batch", type=int, default=130, help="records a step")
    parser.add_argument("--micro-batch", type=int, default=10, help="records at a time; --batch is a multiple of it")
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--steps", type=int, default=-1, help="so many steps whatever --epochs says")
    parser.add_argument("--warmup-steps", type=int, default=0)
    parser.add_argument("--schedule", default="linear")
    parser.add_argument("--lora-r", type=int, default=4)
    parser.add_argument("--lora-alpha", type=int, default=16)
    parser.add_argument("--lora-dropout", type=float, default=0.05)
    parser.add_argument("--lora-targets", default="q_proj,v_proj")
    parser.add_argument("--full", action="store_true", help="tune every weight, without LoRA")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save-steps", type=int, default=200)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    return parser.parse_args()


def examples(args, tokenizer):
    """Prompts with answers, and how many of them are cut at the limit."""
    chosen = rows.records(args.dataset, [name for name in args.corpora.split(",") if name])
    random.Random(args.seed).shuffle(chosen)
    chosen = chosen[: args.records]
    if args.prompt == "chat":
        if not tokenizer.chat_template:
            rows.fail(f"{args.base} has no chat template: tune it with --prompt text")
        pairs = [
            {"prompt": rows.messages_of(row), "completion": [{"role": "assistant", "content": row["output"]}]}
            for row in chosen
        ]
        texts = [tokenizer.apply_chat_template(pair["prompt"] + pair["completion"], tokenize=False) for pair in pairs]
    else:
        pairs = [{"prompt": rows.prompt_of(row), "completion": row["output"]} for row in chosen]
        texts = [pair["prompt"] + pair["completion"] for pair in pairs]
    lengths = [len(ids) + 1 for ids in tokenizer(texts, add_special_tokens=False)["input_ids"]]
    n_cut = sum(args.max_length < length for length in lengths)
    if args.whole_text:
        pairs = [{"text": text} for text in texts]
    return pairs, n_cut, sum(lengths)


def plot(history, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    points = [(entry["step"], entry["loss"]) for entry in history if "loss" in entry]
    pyplot.plot([step for step, _ in points], [loss for _, loss in points])
    pyplot.xlabel("step")
    pyplot.ylabel("loss")
    pyplot.savefig(path)
    return points


def main():
    args = arguments()
    if args.batch % args.micro_batch:
        rows.fail(f"--batch {args.batch} is no multiple of --micro-batch {args.micro_batch}")
    rows.report_of(args.dataset)

    import datasets
    import peft
    import torch
    import transformers
    import trl

    has_gpu = torch.cuda.is_available()
    source = {"gguf_file": args.gguf_file} if args.gguf_file else {}
    tokenizer = transformers.AutoTokenizer.from_pretrained(args.base, **source)
    if tokenizer.eos_token_id is None:
        rows.fail(f"the tokenizer of {args.base} has no end token: a model tuned with it never stops")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.unk_token or tokenizer.eos_token
    pairs, n_cut, n_tokens = examples(args, tokenizer)
    print(f"{len(pairs)} records with {n_tokens} tokens; {n_cut} are longer than {args.max_length} tokens and are cut")

    dtype = torch.bfloat16 if has_gpu else torch.float32
    model = transformers.AutoModelForCausalLM.from_pretrained(args.base, dtype=dtype, **source)
    lora = peft.LoraConfig(
        task_type="CAUSAL_LM", r=args.lora_r, lora_alpha=args.lora_alpha, lora_dropout=args.lora_dropout,
        target_modules=args.lora_targets.split(","),
    )
    settings = trl.SFTConfig(
        output_dir=args.out, max_length=args.max_length, learning_rate=args.learning_rate, num_train_epochs=args.epochs,
        max_steps=args.steps, per_device_train_batch_size=args.micro_batch,
        gradient_accumulation_steps=args.batch // args.micro_batch, warmup_steps=args.warmup_steps,
        lr_scheduler_type=args.schedule, bf16=has_gpu, use_cpu=not has_gpu, seed=args.seed, data_seed=args.seed,
        logging_steps=1, save_steps=args.save_steps, save_total_limit=1, report_to="none", gradient_checkpointing=False,
        completion_only_loss=None if args.whole_text else True,
    )
    trainer = trl.SFTTrainer(
        model=model, processing_class=tokenizer, args=settings, train_dataset=datasets.Dataset.from_list(pairs),
        peft_config=None if args.full else lora,
    )
    done = trainer.train(resume_from_checkpoint=args.resume or None)
    trainer.save_model(args.out)
    tokenizer.save_pretrained(args.out)
    points = plot(trainer.state.log_history, pathlib.Path(args.out) / "loss.png")
    report = (pathlib.Path(args.dataset) / "report.json").read_bytes()
    said = {
        "settings": vars(args), "dataset_report_sha256": hashlib.sha256(report).hexdigest(), "records": len(pairs),
        "tokens": n_tokens, "cut": n_cut, "trainable_parameters": sum(p.numel() for p in trainer.model.parameters() if p.requires_grad),
        "parameters": sum(p.numel() for p in trainer.model.parameters()), "seconds": done.metrics["train_runtime"],
        "loss": points, "versions": {m.__name__: m.__version__ for m in (torch, transformers, trl, peft, datasets)},
    }
    path = pathlib.Path(args.out) / "tuning.json"
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(points)} steps, loss {points[0][1]:.3f} to {points[-1][1]:.3f}; the model is in {args.out}")


if __name__ == "__main__":
    main()
