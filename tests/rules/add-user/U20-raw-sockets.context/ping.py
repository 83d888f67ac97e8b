import os, scapy.all as s
print(s, os)
