"""Load a journal with Beancount, all its checks on; print the CPU seconds. Run by benchmarks.peers."""

import sys
import time

from beancount import loader

count, file = int(sys.argv[1]), sys.argv[2]
begun = time.process_time()
entries, errors, _ = loader.load_file(file)
print(time.process_time() - begun)
assert not errors
assert len(entries) == count + 2, "as many transactions as written, and two accounts opened"
