#!/usr/bin/env python3
"""Writes a tiny GGUF model (0.4 to a few MB) that a server loads in well under a second.

The vocabulary is that of bytes: one byte of a prompt is one token, except for runs of blanks and a few common pairs.
With --answer the model writes that text, whatever it is asked, and then ends: attention and feed-forward weights are
zero, and the output matrix says which token follows which. The text is cut at the starts of words; each piece is one
token, and so one chunk of a stream. Without --answer the weights are seeded noise, which never ends by itself soon and
may hold control characters. The same options give the same bytes. Needs the packages gguf and numpy.
"""
import argparse
import re
import sys

import gguf
import numpy

SPECIAL = [  # text, and the name of its key in the metadata
    ("<|endoftext|>", "eot"),
    ("<|fim_prefix|>", "fim_pre"),
    ("<|fim_suffix|>", "fim_suf"),
    ("<|fim_middle|>", "fim_mid"),
    ("<|fim_pad|>", "fim_pad"),
    ("<|repo_name|>", "fim_rep"),
    ("<|file_sep|>", "fim_sep"),
    ("<|im_start|>", ""),
    ("<|im_end|>", ""),
]
BLANK = "\u0120"
MERGES = [(BLANK, BLANK), (BLANK * 2, BLANK * 2), ("i", "n"), ("r", "e"), ("o", "r"), ("e", "r"), ("s", "e"),
          ("f", "or"), ("in", "t"), ("l", "e")]
CHAT = """{%- if tools %}{{ '<|im_start|>system\\nTools:\\n' }}
{%- for t in tools %}{{ (t | tojson) + '\\n' }}{% endfor %}
{{- 'Call one so: <tool_call>\\n{"name": NAME, "arguments": OBJECT}\\n</tool_call><|im_end|>\\n' }}{% endif %}
{%- for m in messages %}
{%- if m.role == 'tool' %}{{ '<|im_start|>user\\n<tool_response>\\n' + m.content + '\\n</tool_response><|im_end|>\\n' }}
{%- else %}{{ '<|im_start|>' + m.role + '\\n' }}{% if m.content %}{{ m.content }}{% endif %}
{%- if m.tool_calls %}{% for c in m.tool_calls %}{{ '<tool_call>\\n{"name": "' + c.function.name + '", "arguments": ' }}
{{- c.function.arguments | tojson }}{{ '}\\n</tool_call>' }}{% endfor %}{% endif %}{{ '<|im_end|>\\n' }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"""


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out")
    p.add_argument("--answer", help="what the model writes; empty: it ends at once")
    p.add_argument("--no-fim", action="store_true", help="no fill-in-the-middle tokens")
    p.add_argument("--no-repo", action="store_true", help="no tokens for repository and file")
    p.add_argument("--ctx", type=int, default=4096, help="context it says it was trained with")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--layers", type=int, default=2, help="more of them only cost time")
    p.add_argument("--embd", type=int, default=0, help="width; 0: as small as possible")
    p.add_argument("--arch", choices=["llama", "qwen2"], default="llama")
    p.add_argument("--chat", action="store_true", help="a chat template with tools")
    return p.parse_args()


def byte_names():
    """The printable character that byte-level tokenizers use for each byte."""
    plain = {*range(33, 127), *range(161, 173), *range(174, 256)}
    names, spare = [], 256
    for byte in range(256):
        names.append(chr(byte if byte in plain else spare))
        spare += byte not in plain
    return names


def answer_tokens(text, names, taken):
    """The text as pieces, all different from each other and from the tokens in `taken`."""
    pieces, current = [], ""
    for part in re.findall(r"\s*\S+|\s+$", text):
        current += "".join(names[b] for b in part.encode())
        if current not in taken and current not in pieces:
            pieces.append(current)
            current = ""
    if current and pieces:
        pieces[-1] += current
    elif current:
        sys.exit("tiny_fim_gguf.py: --answer must be empty or longer than one token of the vocabulary")
    return pieces


class Vocabulary:
    def __init__(self, o):
        names = byte_names()
        self.tokens = names + [a + b for a, b in MERGES]
        self.types = [gguf.TokenType.NORMAL] * len(self.tokens)
        self.special = {}
        for text, key in SPECIAL:
            if (o.no_fim and key.startswith("fim")) or (o.no_repo and key in ("fim_rep", "fim_sep")):
                continue
            self.special[key or text] = len(self.tokens)
            self.tokens.append(text)
            self.types.append(gguf.TokenType.CONTROL)
        self.first_answer = len(self.tokens)
        if o.answer:
            self.tokens += answer_tokens(o.answer, names, set(self.tokens))
            self.types += [gguf.TokenType.NORMAL] * (len(self.tokens) - len(self.types))


def write_metadata(w, o, v, width):
    w.add_name("tiny-fim-test")
    w.add_context_length(o.ctx)
    w.add_embedding_length(width)
    w.add_block_count(o.layers)
    w.add_feed_forward_length(width * 2)
    w.add_head_count(4)
    w.add_head_count_kv(2)
    w.add_rope_dimension_count(width // 4)
    w.add_rope_freq_base(10000.0)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_vocab_size(len(v.tokens))
    w.add_file_type(gguf.LlamaFileType.ALL_F32)
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("qwen2")
    w.add_token_list(v.tokens)
    w.add_token_types(v.types)
    w.add_token_merges([a + " " + b for a, b in MERGES])
    for add in (w.add_bos_token_id, w.add_eos_token_id, w.add_pad_token_id, w.add_eot_token_id):
        add(v.special["eot"])
    w.add_add_bos_token(False)
    for key, token in v.special.items():
        if key.startswith("fim"):
            w.add_uint32(f"tokenizer.ggml.{key}_token_id", token)
    if o.chat:
        w.add_chat_template(CHAT)


def embeddings(o, v, width, noise):
    """The input and output matrices."""
    count = len(v.tokens)
    if o.answer is None:
        inputs = noise.standard_normal((count, width)).astype(numpy.float32)
        outputs = (noise.standard_normal((count, width)) * 3 / numpy.sqrt(width)).astype(numpy.float32)
        outputs[list(v.special.values())] = 0.0  # the end and the other special tokens stay unlikely
        return inputs, outputs
    inputs = numpy.eye(count, width, dtype=numpy.float32)
    outputs = numpy.zeros((count, width), numpy.float32)
    after = numpy.full(count, v.first_answer)  # what follows any token of a prompt
    after[v.first_answer:] = range(v.first_answer + 1, count + 1)
    after[after == count] = v.special["eot"]
    outputs[after, numpy.arange(count)] = 12.0 / numpy.sqrt(width)  # 12 nats above all others
    return inputs, outputs


def write_tensors(w, o, v, width):
    noise = numpy.random.default_rng(o.seed)

    def matrix(rows, columns):
        if o.answer is not None:
            return numpy.zeros((rows, columns), numpy.float32)
        return (noise.standard_normal((rows, columns)) / numpy.sqrt(columns)).astype(numpy.float32)

    inputs, outputs = embeddings(o, v, width, noise)
    ones = numpy.ones(width, numpy.float32)
    w.add_tensor("token_embd.weight", inputs)
    for layer in range(o.layers):
        name = f"blk.{layer}."
        w.add_tensor(name + "attn_norm.weight", ones)
        w.add_tensor(name + "ffn_norm.weight", ones)
        for part, rows, columns in (("attn_q", width, width), ("attn_k", width // 2, width),
                                    ("attn_v", width // 2, width), ("attn_output", width, width),
                                    ("ffn_gate", width * 2, width), ("ffn_up", width * 2, width),
                                    ("ffn_down", width, width * 2)):
            w.add_tensor(f"{name}{part}.weight", matrix(rows, columns))
            if o.arch == "qwen2" and part in ("attn_q", "attn_k", "attn_v"):
                w.add_tensor(f"{name}{part}.bias", numpy.zeros(rows, numpy.float32))
    w.add_tensor("output_norm.weight", ones)
    w.add_tensor("output.weight", outputs)


def main():
    o = options()
    v = Vocabulary(o)
    width = o.embd or (64 if o.answer is None else -(-len(v.tokens) // 32) * 32)
    if width % 8 or (o.answer is not None and width < len(v.tokens)):
        sys.exit(f"tiny_fim_gguf.py: --embd must be a multiple of 8, at least {len(v.tokens)} with this --answer")
    w = gguf.GGUFWriter(o.out, o.arch)
    write_metadata(w, o, v, width)
    write_tensors(w, o, v, width)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


if __name__ == "__main__":
    main()
