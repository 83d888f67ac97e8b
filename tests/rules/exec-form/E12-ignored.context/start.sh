#!/bin/sh
exec x
