"""python3 compare.py THEIRS OURS: which tensors of two PyTorch files differ as float32, as JSON. Ours is
read as PyTorch advises for files of strangers."""
import json
import sys

import torch

theirs = torch.load(sys.argv[1])['model']
ours = torch.load(sys.argv[2], weights_only=True)
names = [name for name in theirs if not name.endswith('num_batches_tracked')]
differ = [name for name in {*names, *ours}
          if name not in ours or name not in theirs
          or not torch.equal(ours[name], theirs[name].float())]
print(json.dumps({'tensors': len(ours), 'differ': differ, 'mean': ours.residua['mean']}))
