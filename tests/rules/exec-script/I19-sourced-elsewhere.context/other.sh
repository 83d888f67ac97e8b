#!/bin/sh
. ./run.sh
echo after
