"""`harden rules --map`: what answers the rules of other linters is said of rules that we have, and of all of theirs."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from hardener.cli.rules import command
from hardener.knowledge.facts import facts
from hardener.output.linters import LINTERS, answers, document, table
from hardener.rules import all_rules

RULES = {rule.name: rule for rule in all_rules()}


def test_the_data_have_the_linters_that_can_be_asked_for() -> None:
    assert tuple(facts("linters")) == LINTERS
    for linter in LINTERS:
        assert facts("linters")[linter]["source"].startswith("https://")


@pytest.mark.parametrize("linter", LINTERS)
def test_each_answer_is_one_of_our_rules(linter: str) -> None:
    for answer in answers(linter):
        assert set(answer.rules) <= RULES.keys(), answer.id
        assert bool(answer.does) == bool(answer.rules)
        assert answer.rules or not answer.limit
        if answer.does == "rewrites":
            assert any(RULES[name].effects for name in answer.rules), answer.id


def test_what_nothing_answers_is_said() -> None:
    lines = table("hadolint").splitlines()
    assert [line.split()[:3] for line in lines if line.startswith("DL4001")] == [["DL4001", "-", "nothing"]]
    assert lines[-1].startswith(f"{sum(bool(a.rules) for a in answers('hadolint'))} of {len(answers('hadolint'))} ")


def test_a_rule_that_only_reports_is_no_rewrite() -> None:
    does = {answer.id: answer.does for answer in answers("checkov")}
    assert does["CKV_DOCKER_1"] == "reports"
    assert does["CKV_DOCKER_4"] == "rewrites"
    assert does["CKV_DOCKER_11"] == ""


@pytest.mark.parametrize("linter", LINTERS)
def test_json_says_the_same(linter: str) -> None:
    found = json.loads(document(linter))
    assert [(row["id"], tuple(row["rules"])) for row in found["rules"]] == [(a.id, a.rules) for a in answers(linter)]
    assert found["linter"] == linter


def test_the_command() -> None:
    run = CliRunner().invoke
    assert run(command, []).output.startswith("HD101  merge-run")
    assert run(command, ["--map", "buildkit"]).output == table("buildkit")
    assert run(command, ["--map", "tally", "--format", "json"]).output == document("tally")
    assert run(command, ["--map", "other"]).exit_code == 2


#: one file for each rule of hadolint, checkov and BuildKit that one of ours answers from the Dockerfile alone
SAMPLES = {
    "DL3000": "WORKDIR app",
    "DL3004": "RUN sudo apt-get update",
    "DL3025": "CMD app --serve",
    "DL3027": "RUN apt update",
    "DL3064": "ENV DB_PASSWORD=hunter22",
    "DL4000": "MAINTAINER me",
    "DL4006": 'SHELL ["/bin/bash", "-c"]\nRUN curl -fsS https://x.example/a | tee /a',
    "CKV_DOCKER_1": "EXPOSE 22",
    "CKV2_DOCKER_2": "RUN curl -k https://x.example/a",
    "CKV2_DOCKER_3": "RUN wget --no-check-certificate https://x.example/a",
    "CKV2_DOCKER_4": "RUN pip install --trusted-host x.example a",
    "CKV2_DOCKER_5": "ENV PYTHONHTTPSVERIFY=0",
    "CKV2_DOCKER_6": "ENV NODE_TLS_REJECT_UNAUTHORIZED=0",
    "CKV2_DOCKER_7": "RUN wget -q https://x.example/a.apk && apk add --allow-untrusted a.apk",
    "CKV2_DOCKER_8": "RUN apt-get install -y --allow-unauthenticated a",
    "CKV2_DOCKER_9": "RUN dnf install -y --nogpgcheck a",
    "CKV2_DOCKER_10": "RUN rpm -i --nodigest https://x.example/a.rpm",
    "CKV2_DOCKER_11": "RUN apt-get install --force-yes a",
    "CKV2_DOCKER_12": "ENV NPM_CONFIG_STRICT_SSL=false",
    "CKV2_DOCKER_13": "RUN npm config set strict-ssl false",
    "CKV2_DOCKER_14": "ENV GIT_SSL_NO_VERIFY=true",
    "CKV2_DOCKER_15": "RUN yum install -y --setopt=sslverify=false a",
    "CKV2_DOCKER_16": "ENV PIP_TRUSTED_HOST=x.example",
    "CKV2_DOCKER_17": "RUN echo root:toor | chpasswd",
    "LegacyKeyValueFormat": "ENV a b",
    "MaintainerDeprecated": "MAINTAINER me",
    "SecretsUsedInArgOrEnv": "ARG API_TOKEN",
    "WorkdirRelativePath": "WORKDIR app",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_rule_that_is_named_finds_it(name: str) -> None:
    from hardener import harden

    answer = next(a for linter in LINTERS for a in answers(linter) if a.id == name)
    result = harden(f"FROM debian:trixie-slim\n{SAMPLES[name]}\n")
    assert {finding.rule for finding in result.findings} & set(answer.rules)
