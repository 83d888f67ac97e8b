"""Proof by running: builds and runs the image before and after, compares, keeps what works.

process   child processes: limits on time and output
engine    the command line of Docker or Podman
build     one text to one image
start     one image to one running container, and its end
probe     what is asked of a container
observe   what a container does: `Behaviour`
original  its first run: limits, variables, probes
scout     what can be asked of an image: its ports, routes, greetings
reach     how far the proof reaches
compare   what is worse after than before
bisect    which rules make it fail
layers    what lies in an image
measure   sizes and times of both sides
profile   what a container needs: capabilities, writable places, system calls
minimal   a stage with what the application touched and no more
session   all of it in order; cleans up
stack     the services of a compose file in a project of their own; an image among them
report    what comes of it, as text, JSON, Markdown and HTML
"""
