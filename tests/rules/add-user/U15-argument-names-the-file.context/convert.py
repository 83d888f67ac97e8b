import argparse
p = argparse.ArgumentParser()
p.add_argument("source")
p.add_argument("-o", "--output", required=True)
a = p.parse_args()
with open(a.source) as s, open(a.output, "w") as out:
    out.write(s.read().upper())
