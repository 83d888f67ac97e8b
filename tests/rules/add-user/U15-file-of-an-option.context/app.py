import argparse, click
p = argparse.ArgumentParser(); p.add_argument("--out", type=argparse.FileType("w"), default="out.txt")
a = p.parse_args(); a.out.write("x")
