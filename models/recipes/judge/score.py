"""Score texts with a trained judge: python score.py DIR TEXT [TEXT2]."""

import json
import os
import sys

import numpy as np
from safetensors.numpy import load_file

import features


class Judge:
    def __init__(self, folder):
        with open(os.path.join(folder, "judge.json")) as f:
            self.heads = json.load(f)["heads"]
        self.tensors = {k: v.astype(np.float64) for k, v in load_file(os.path.join(folder, "judge.safetensors")).items()}

    def __call__(self, text):
        """{head: score} of all heads that look at one text."""
        at, values = features.vector(text)
        return {name: self.finish(name, float(self.tensors[f"{name}.weight"][at] @ values)) for name in self.heads if name != "meaning"}

    def meaning(self, a, b):
        return self.finish("meaning", float(self.tensors["meaning.weight"] @ features.pair(a, b, self.tensors["meaning.idf"])))

    def finish(self, name, dot):
        head = self.heads[name]
        return float(1 / (1 + np.exp(-(head["scale"] * (dot + head["bias"]) + head["offset"]))))


if __name__ == "__main__":
    judge = Judge(sys.argv[1])
    print(json.dumps(judge(sys.argv[2]) | ({"meaning": judge.meaning(sys.argv[2], sys.argv[3])} if len(sys.argv) > 3 else {}), indent=1))
