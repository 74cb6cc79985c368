"""A model for the peers: python convert.py MODEL.gguf TOKENIZER.json FOLDER

Writes FOLDER/pytorch (Hugging Face's form, float32), FOLDER/ctranslate2 (int8) and FOLDER/tokens.json (what each token id is
called). `unpack.py` of the rewriter's recipe lies beside this file.
"""

import json
import os
import sys

import unpack
from ctranslate2.converters import TransformersConverter
from transformers import PreTrainedTokenizerFast

if __name__ == "__main__":
    gguf, tokenizer, folder = sys.argv[1:]
    floats = os.path.join(folder, "pytorch")
    model = unpack.unpack(gguf)
    model.save_pretrained(floats)
    tokens = PreTrainedTokenizerFast(tokenizer_file=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
    tokens.save_pretrained(floats)
    names = tokens.convert_ids_to_tokens(range(len(tokens)))
    # Rows of the embedding without a token of their own; the converter gives them the same names.
    names += [f"<extra_id_{i}>" for i in range(model.config.vocab_size - len(names))]
    with open(os.path.join(folder, "tokens.json"), "w") as file:
        json.dump(names, file)
    TransformersConverter(floats).convert(os.path.join(folder, "ctranslate2"), quantization="int8")
