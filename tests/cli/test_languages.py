"""Mistakes of every kind, made once and told in both languages: at the same places, with the same exit code, and in no other tongue."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer
import xlsxwriter
from tests.cli.command_line import Tenken

from tenken.cli import root, wrong_use

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
SENTENCE = re.compile(r"\b[a-z]{2,} [a-z']{2,} [a-z']{2,}")
PLACE = re.compile(
    r"^(?!Usage|Error|tenken:)(?:/|\w)[\w./-]*(?::\d+(?::\d+)?|, sheet [^,:]+(?:, cell \w+)?|, cell \w+|#[\w/]*)?: ",
    re.MULTILINE | re.ASCII,
)
FROM_OTHERS = re.compile(
    r"tenken check \S+|tenken [a-z]+ [a-z]+|tenken schema inventory|terraform [a-z]+ -\S+|pip install|'[^']*'|"
    r"(?<=壊れています: ).*|(?<=正規表現として解釈できません: ).*|# host: \S+|esxcli system hostname get"
)
"""What is the same in both languages: commands, what is quoted from the input, what parsers and the operating system say."""


def workbook(**sheets: list[list[Any]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def zipped(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def damaged(data: bytes, part: str) -> bytes:
    """A zip file with one part cut off in the middle."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[: 80 if name == part else None])
    return buffer.getvalue()


RVTOOLS = workbook(
    vInfo=[["VM", "Powerstate", "VM UUID", "Host", "Cluster"], ["a", "poweredOn", "1", "esx01", "c"]],
    vDisk=[["VM", "Disk"], ["a", "d"]],
)
LISTED = "naa.60030130f09a0000000000000000001f\n   Display Name: NEC Disk\n   Devfs Path: /vmfs/devices/disks/naa.60030130f09a0000000000000000001f\n   Vendor: NEC     \n   Is Local: false\n   Is Boot Device: false\n"
SITE = "tenken: 1\nvms: [{name: a}]\n"
PACK = "id: house\nedition: '1'\ntitle: {en: House, ja: 社内}\n"
RULE = """\
id: house-rule
title: {{en: T, ja: 題}}
why: {{en: W, ja: 理由}}
message: {{en: M, ja: 文}}
remedy: {{en: R, ja: 対処}}
level: error
clauses: [c]
subject: vm
no_change: nature
{rest}
"""


def pack(rest: str, **more: str) -> dict[str, str | bytes]:
    """A folder of rules with one rule, whose end is given."""
    files = {
        "house/pack.yaml": PACK,
        "house/clauses.yaml": "- {id: c, lines: '1', text: {en: C, ja: 条項}}\n",
        "house/house-rule.yaml": RULE.format(rest=rest),
        "site.yaml": SITE,
    }
    return {**files, **{name.replace("__", "/") + ".yaml": text for name, text in more.items()}}


XML = '<REQUEST><CMD_REQUEST cmd_name="iSMview" arg="-all">{}</CMD_REQUEST></REQUEST>'
SHEET = (
    "<!-- tenken_questions: 1 -->\n\n| a | Answer | Possible answers | Decides |\n|---|---|---|---|\n"
    '| app01 | {} | yes / no | 2 <!-- {{"in":"vm.encrypted","of":[["vms",{{"name":"app01"}}]],"fact":["encrypted"]}} --> |\n'
)

Files = dict[str, str | bytes]
CASES: dict[str, tuple[Files, list[str], int]] = {
    # the command line: no file of any kind is looked at
    "no such command": ({}, ["chekc"], 2),
    "no such subcommand": ({}, ["rules", "lst"], 2),
    "no such option": ({}, ["check", "--bogus"], 2),
    "no such option of all": ({}, ["--bogus"], 2),
    "no such short option": ({}, ["check", "-z"], 2),
    "missing argument": ({}, ["explain"], 2),
    "missing option": ({}, ["collect", "vcenter"], 2),
    "missing choice": ({}, ["schema"], 2),
    "no value": ({}, ["check", "--output"], 2),
    "a value too many": ({}, ["check", "--no-waivers=3"], 2),
    "extra argument": ({}, ["explain", "a", "b"], 2),
    "no such word": ({}, ["check", "--fail-on", "eror"], 2),
    "no such word of an argument": ({}, ["schema", "inventry"], 2),
    "no number": ({}, ["collect", "vcenter", "--host", "h", "--user", "u", "--port", "x"], 2),
    "no seconds": ({}, ["collect", "vcenter", "--host", "h", "--user", "u", "--timeout", "x"], 2),
    "too small a number": ({}, ["collect", "vcenter", "--host", "h", "--user", "u", "--port", "0"], 2),
    "too large a number": ({}, ["collect", "vcenter", "--host", "h", "--user", "u", "--port", "65536"], 2),
    # what commands find wrong with it themselves
    "no path": ({}, ["check"], 2),
    "no such file": ({}, ["check", "nowhere.yaml"], 2),
    "no such file, but one like it": ({"site.yaml": SITE}, ["check", "sight.yaml"], 2),
    "nothing recognised": ({"d/a.txt": "x"}, ["check", "d"], 3),
    "nothing to judge": ({"site.yaml": "tenken: 1\n"}, ["check", "site.yaml"], 3),
    "nothing applies": ({"site.yaml": SITE, "tenken.toml": '[rules]\n"*" = "off"\n'}, ["check", "site.yaml"], 3),
    "two reports on one output": ({}, ["check", "site.yaml", "-f", "json", "-f", "markdown"], 2),
    "two reports in one file": ({}, ["check", "site.yaml", "-o", "a.json", "-o", "a.json"], 2),
    "more outputs than formats": ({}, ["check", "site.yaml", "-f", "json", "-o", "a", "-o", "b"], 2),
    "unknown suffix": ({}, ["check", "site.yaml", "-o", "a.doc"], 2),
    "no folder of templates": ({}, ["check", "site.yaml", "--template", "nowhere"], 2),
    "no template in it": ({"site.yaml": SITE, "t/x": ""}, ["check", "site.yaml", "--template", "t", "-o", "r.html"], 2),
    "broken template": ({"site.yaml": SITE, "t/report.html.j2": "{% if %}"}, ["check", "site.yaml", "--template", "t", "-o", "r.html"], 2),
    "report that can't be written": ({"site.yaml": SITE, "out": ""}, ["check", "site.yaml", "-o", "out/r.json"], 2),
    "init over a file": ({"site.yaml": SITE}, ["init", "site.yaml"], 2),
    "import over a file": ({"site.yaml": SITE}, ["import", "site.yaml", "-o", "site.yaml"], 2),
    "questions over a file": ({"q.md": "x", "site.yaml": SITE}, ["questions", "site.yaml", "-o", "q.md"], 2),
    "questions in no form": ({"site.yaml": SITE}, ["questions", "site.yaml", "-o", "q.doc"], 2),
    "bundle over a file": ({"b.zip": "x", "site.yaml": SITE}, ["bundle", "site.yaml", "-o", "b.zip"], 2),
    "map in the archive": ({"site.yaml": SITE}, ["bundle", "site.yaml", "-o", "b.zip", "--map", "b.zip"], 2),
    "no map": ({"m.json": "{}", "t.md": "x"}, ["unmask", "m.json", "t.md"], 2),
    "baseline over a file": ({"b.json": "{}", "site.yaml": SITE}, ["baseline", "write", "site.yaml", "--baseline", "b.json"], 2),
    "baseline of nothing": ({"site.yaml": "tenken: 1\n"}, ["baseline", "write", "site.yaml"], 3),
    "explain no rule": ({}, ["explain", "vm-not-encryptd"], 2),
    "explain nothing like a rule": ({}, ["explain", "qqqqqq"], 2),
    "why no subject": ({"site.yaml": SITE}, ["why", "vm-not-encrypted", "b", "site.yaml"], 2),
    "plan for two": ({"site.yaml": SITE}, ["plan", "site.yaml", "--subject", "vm/a", "--datastore", "b"], 2),
    "plan for no kind": ({"site.yaml": SITE}, ["plan", "site.yaml", "--subject", "thing/a"], 2),
    "plan for nobody": ({"site.yaml": SITE}, ["plan", "site.yaml", "--datastore", "b"], 2),
    "runbook for nothing": ({"site.yaml": SITE}, ["runbook", "site.yaml"], 2),
    "runbook for nobody": ({"site.yaml": SITE}, ["runbook", "site.yaml", "--datastore", "b"], 2),
    "runbook of no procedure": (
        {"site.yaml": "tenken: 1\ndatastores: [{name: b}]\n"},
        ["runbook", "site.yaml", "--datastore", "b", "--procedure", "x"],
        2,
    ),
    "runbook for another kind": (
        {"site.yaml": "tenken: 1\ndatastores: [{name: b}]\n"},
        ["runbook", "site.yaml", "--datastore", "b", "--procedure", "sanboot-backup-ddr"],
        2,
    ),
    "runbook of no function": ({"site.yaml": "tenken: 1\ndatastores: [{name: b}]\n"}, ["runbook", "site.yaml", "--datastore", "b"], 2),
    "no host": ({}, ["collect", "vcenter", "--host", "a/b", "--user", "u"], 2),
    "trusted twice": ({}, ["collect", "vcenter", "--host", "h", "--user", "u", "--insecure", "--thumbprint", "x"], 2),
    "collected over a file": ({"a.yaml": "x"}, ["collect", "vcenter", "--host", "h", "--user", "u", "-o", "a.yaml"], 2),
    # YAML, JSON and the inventory
    "no YAML: colon": ({"site.yaml": "tenken: 1\nvms: a: b\n"}, ["check", "site.yaml"], 2),
    "no YAML: tab": ({"site.yaml": "tenken: 1\nvms:\n\t- name: a\n"}, ["check", "site.yaml"], 2),
    "no YAML: bracket": ({"site.yaml": "tenken: 1\nvms: [{name: a}\n"}, ["check", "site.yaml"], 2),
    "no YAML: quote": ({"site.yaml": 'tenken: 1\nsite: "a\n'}, ["check", "site.yaml"], 2),
    "no YAML: control character": ({"site.yaml": "tenken: 1\nsite: a\x01\n"}, ["check", "site.yaml"], 2),
    "YAML: duplicate key": ({"site.yaml": "tenken: 1\nvms: []\nvms: []\n"}, ["check", "site.yaml"], 2),
    "YAML: tag": ({"site.yaml": "tenken: 1\nsite: !x a\n"}, ["check", "site.yaml"], 2),
    "YAML: anchors": ({"site.yaml": "tenken: 1\nsite: *x\n"}, ["check", "site.yaml"], 2),
    "YAML: anchor in itself": ({"site.yaml": "tenken: 1\nvms: &a [*a]\n"}, ["check", "site.yaml"], 2),
    "YAML: merge": ({"site.yaml": "tenken: 1\nvms: [{<<: a}]\n"}, ["check", "site.yaml"], 2),
    "YAML: key": ({"site.yaml": "tenken: 1\n? [a]\n: b\n"}, ["check", "site.yaml"], 2),
    "YAML: two documents": ({"site.yaml": "tenken: 1\n---\na: 1\n"}, ["check", "site.yaml"], 2),
    "YAML: too deep": ({"site.yaml": f"tenken: 1\nvms: {'[' * 70}{']' * 70}\n"}, ["check", "site.yaml"], 2),
    "no JSON": ({"site.json": '{"tenken": 1,\n "vms" []}'}, ["check", "site.json"], 2),
    "no JSON: cut off": ({"site.json": '{"tenken": 1, "vms": ['}, ["check", "site.json"], 2),
    "no JSON: quote": ({"site.json": '{"tenken": 1, "vms": "a'}, ["check", "site.json"], 2),
    "no JSON: key": ({"site.json": '{"tenken": 1, "vms": [{a: 1}]}'}, ["check", "site.json"], 2),
    "no JSON: more": ({"site.json": '{"tenken": 1} x'}, ["check", "site.json"], 2),
    "no JSON: NaN": ({"site.json": '{"tenken": 1, "a": NaN}'}, ["check", "site.json"], 2),
    "JSON: duplicate key": ({"site.json": '{"tenken": 1, "vms": [],\n "vms": []}'}, ["check", "site.json"], 2),
    "no text": ({"site.yaml": b"tenken: 1\nsite: \xff\xfd\x80\n"}, ["check", "site.yaml"], 2),
    "empty file": ({"a.dat": ""}, ["check", "a.dat"], 2),
    "unknown kind of file": ({"a.dat": "x"}, ["check", "a.dat"], 2),
    "no mapping": ({"site.yaml": "- tenken: 1\n"}, ["check", "site.yaml"], 2),
    "no inventory": ({"site.yaml": "a: 1\n"}, ["check", "site.yaml"], 2),
    "no version": ({"site.yaml": "vms: []\n"}, ["check", "site.yaml"], 2),
    "later version": ({"site.yaml": "tenken: 2\n"}, ["check", "site.yaml"], 2),
    "unknown key": ({"site.yaml": "tenken: 1\nvmz: []\n"}, ["check", "site.yaml"], 2),
    "unknown key of a VM": ({"site.yaml": "tenken: 1\nvms: [{name: a, encripted: true}]\n"}, ["check", "site.yaml"], 2),
    "required": ({"site.yaml": "tenken: 1\nvms: [{encrypted: true}]\n"}, ["check", "site.yaml"], 2),
    "no list": ({"site.yaml": "tenken: 1\nvms: a\n"}, ["check", "site.yaml"], 2),
    "no object": ({"site.yaml": "tenken: 1\nvms: [a]\n"}, ["check", "site.yaml"], 2),
    "no object, nor none": ({"site.yaml": "tenken: 1\nvms: [{name: a, guest: {os: x}}]\n"}, ["check", "site.yaml"], 2),
    "no truth": ({"site.yaml": "tenken: 1\nvms: [{name: a, encrypted: perhaps}]\n"}, ["check", "site.yaml"], 2),
    "no text where one belongs": ({"site.yaml": "tenken: 1\nvms: [{name: {a: b}}]\n"}, ["check", "site.yaml"], 2),
    "no whole number": ({"site.yaml": "tenken: 1\nvms: [{name: a, disks: [{label: d, capacity_gib: [1]}]}]\n"}, ["check", "site.yaml"], 2),
    "no word": ({"site.yaml": "tenken: 1\nvms: [{name: a, power_state: onn}]\n"}, ["check", "site.yaml"], 2),
    "no LDN": ({"site.yaml": "tenken: 1\narrays: [{name: a, logical_disks: [{ldn: xyz}]}]\n"}, ["check", "site.yaml"], 2),
    "twice": ({"site.yaml": "tenken: 1\nvms: [{name: a}, {name: a}]\n"}, ["check", "site.yaml"], 2),
    "two say otherwise": ({"a.yaml": "tenken: 1\nvms: [{name: a, encrypted: true}]\n", "b.yaml": "tenken: 1\nvms: [{name: a, encrypted: false}]\n"}, ["check", "a.yaml", "b.yaml"], 2),
    "defaults are no mapping": ({"site.yaml": "tenken: 1\ndefaults: [a]\n"}, ["check", "site.yaml"], 2),
    "no such defaults": ({"site.yaml": "tenken: 1\ndefaults: {vmz: {encrypted: true}}\n"}, ["check", "site.yaml"], 2),
    "defaults of a kind are no mapping": ({"site.yaml": "tenken: 1\ndefaults: {vm: a}\n"}, ["check", "site.yaml"], 2),
    "two defaults": ({"a.yaml": "tenken: 1\ndefaults: {vm: {encrypted: true}}\n", "b.yaml": "tenken: 1\ndefaults: {vm: {encrypted: false}}\n"}, ["check", "a.yaml", "b.yaml"], 2),
    "no such source": ({"site.yaml": "tenken: 1\nprecedence: [{fact: vm.name, order: [nativ]}]\n"}, ["check", "site.yaml"], 2),
    "answers are no list": ({"site.yaml": "tenken: 1\nanswers: a\n"}, ["check", "site.yaml"], 2),
    "answers about nothing": ({"site.yaml": "tenken: 1\nanswers: [a, {encrypted: true}, {vmz: {name: a}}]\n"}, ["check", "site.yaml"], 2),
    "answers about nobody": ({"site.yaml": "tenken: 1\nvms: [{name: a}]\nanswers: [{vms: {name: b}, encrypted: true}]\n"}, ["check", "site.yaml"], 2),
    "answers that contradict": ({"site.yaml": "tenken: 1\nvms: [{name: a, encrypted: true}]\nanswers: [{vms: {name: a}, encrypted: false}]\n"}, ["check", "site.yaml"], 2),
    # links
    "no such datastore": ({"site.yaml": "tenken: 1\ndatastores: [{name: DS01}]\nvms: [{name: a, disks: [{label: d, path: '[DS02] a/a.vmdk'}]}]\n"}, ["check", "site.yaml"], 2),
    "no datastore in a path": ({"site.yaml": "tenken: 1\ndatastores: [{name: DS01}]\nvms: [{name: a, disks: [{label: d, path: a.vmdk}]}]\n"}, ["check", "site.yaml"], 2),
    "no such controller": ({"site.yaml": "tenken: 1\nvms: [{name: a, controllers: [{id: scsi0}], disks: [{label: d, controller: scsi1}]}]\n"}, ["check", "site.yaml"], 2),
    "no such disk": ({"site.yaml": "tenken: 1\nvms: [{name: a, disks: [{label: d}], workloads: [{product: Oracle, disk: e}]}]\n"}, ["check", "site.yaml"], 2),
    "no such LDN": ({"site.yaml": "tenken: 1\narrays: [{name: A, logical_disks: [{ldn: 1h}], pairs: [{mv: 1h, rv: 2h}]}]\n"}, ["check", "site.yaml"], 2),
    "uid of two": ({"site.yaml": "tenken: 1\narrays: [{name: A, logical_disks: [{ldn: 1h, uid: naa.6}, {ldn: 2h, uid: naa.6}]}]\n"}, ["check", "site.yaml"], 2),
    "no such machine": ({"site.yaml": "tenken: 1\nvms: [{name: a}]\nservers: [{name: s}]\njobs: [{name: j, pattern: vmfs, runs_on: t}]\n"}, ["check", "site.yaml"], 2),
    # readers of what others write
    "RVTools without vInfo": ({"r.xlsx": workbook(vHost=[["Host"], ["esx01"]], vDisk=[["VM", "Disk"], ["a", "d"]])}, ["check", "r.xlsx"], 2),
    "a zip and no workbook": ({"r.xlsx": zipped(**{"a.txt": "x"})}, ["check", "r.xlsx"], 2),
    "a workbook that is damaged": ({"r.xlsx": b"PK\x03\x04" + b"x" * 40}, ["check", "r.xlsx"], 2),
    "a workbook with a damaged sheet": ({"r.xlsx": damaged(RVTOOLS, "xl/worksheets/sheet1.xml")}, ["check", "r.xlsx"], 2),
    "esxcli: whose devices": ({"d.txt": LISTED}, ["check", "d.txt"], 2),
    "iStorage: a view": ({"v.txt": "--- LD List ---\niSMview -l\n"}, ["check", "v.txt"], 2),
    "LUN of two": ({"site.yaml": "tenken: 1\narrays: [{name: A, logical_disks: [{ldn: 1h, uid: naa.6}]}]\nlun_map: [{array: A, ldn: 1h, device: naa.7}]\n"}, ["check", "site.yaml"], 2),
    "an old workbook": ({"r.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600}, ["check", "r.xls"], 2),
    "iStorage: cut off": ({"a.xml": XML.format("")[:-6]}, ["check", "a.xml"], 2),
    "iStorage: no XML": ({"a.xml": XML.format("<CHAPTER><a></CHAPTER>")}, ["check", "a.xml"], 2),
    "iStorage: no chapter": ({"a.xml": XML.format("")}, ["check", "a.xml"], 2),
    "iStorage: LDN": ({"a.xml": XML.format('<CHAPTER name="Logical Disk"><OBJECT name="Logical Disk"><SECTION name="LD Detail Information"><UNIT name="LDN(h)">xyz</UNIT></SECTION></OBJECT></CHAPTER>')}, ["check", "a.xml"], 2),
    "Terraform: binary": ({"tfplan": zipped(tfplan="x", tfstate="y")}, ["check", "tfplan"], 2),
    "Terraform: messages": ({"p.json": '{"@level":"info","@message":"Terraform","terraform":"1.9","type":"version","ui":"1.2"}\n'}, ["check", "p.json"], 2),
    "Terraform: version": ({"p.json": '{"format_version":"9.0","terraform_version":"1.9","planned_values":{"root_module":{}}}'}, ["check", "p.json"], 2),
    "Terraform: old state": ({"s.tfstate": '{"version": 3, "terraform_version": "0.11", "serial": 1, "lineage": "x", "modules": []}'}, ["check", "s.tfstate"], 2),
    "Terraform: no JSON": ({"p.json": '{"format_version":"1.2","terraform_version":"1.9","planned_values":{"root_module" {}}}'}, ["check", "p.json"], 2),
    "vmx: no setting": ({"a.vmx": '.encoding = "UTF-8"\nvirtualHW.version = "19"\ndisplayName = "a\n'}, ["check", "a.vmx"], 2),
    "vmx: twice": ({"a.vmx": '.encoding = "UTF-8"\nvirtualHW.version = "19"\ndisplayName = "a"\ndisplayName = "b"\n'}, ["check", "a.vmx"], 2),
    "questions: version": ({"q.md": SHEET.format("yes").replace("questions: 1", "questions: 9")}, ["check", "q.md"], 2),
    "questions: no answer": ({"q.md": SHEET.format("perhaps")}, ["check", "q.md"], 2),
    "questions: struck out": ({"q.md": SHEET.format("~~yes~~ no")}, ["check", "q.md"], 2),
    "questions: last cell": ({"q.md": SHEET.format("").replace("| 2 <!--", "| yes <!--")}, ["check", "q.md"], 2),
    "questions: cells": ({"q.md": SHEET.format("a | b")}, ["check", "q.md"], 2),
    "questions: no key": ({"q.md": SHEET.format("yes").replace('"of"', '"off"')}, ["check", "q.md"], 2),
    # settings
    "no TOML": ({"tenken.toml": "fail-on: error\n"}, ["check"], 2),
    "no TOML: quotes": ({"tenken.toml": "fail-on = error\n"}, ["check"], 2),
    "no settings file": ({}, ["check", "--config", "nowhere.toml"], 2),
    "two settings files": ({"tenken.toml": "", "pyproject.toml": "[tool.tenken]\n"}, ["check"], 2),
    "no table": ({"pyproject.toml": "[tool.other]\n"}, ["check", "--config", "pyproject.toml"], 2),
    "unknown setting": ({"tenken.toml": 'fail = "error"\n'}, ["check"], 2),
    "unknown word of a setting": ({"tenken.toml": 'fail-on = "eror"\n'}, ["check"], 2),
    "no list in a setting": ({"tenken.toml": 'inputs = "a"\n'}, ["check"], 2),
    "no table in a setting": ({"tenken.toml": "rules = 1\n"}, ["check"], 2),
    "required in a setting": ({"tenken.toml": "[[packs]]\nid = 'x'\n"}, ["check"], 2),
    "no digest": ({"tenken.toml": "[[packs]]\npath = 'x'\ndigest = 'y'\n"}, ["check"], 2),
    "input of the settings": ({"tenken.toml": 'inputs = ["a.yaml", "site.yaml"]\n', "site.yaml": SITE}, ["check"], 2),
    "no input of the settings": ({"tenken.toml": 'inputs = ["a*.yaml"]\n'}, ["check"], 3),
    "no pack of the settings": ({"tenken.toml": "packs = [{path = 'x'}]\n", "site.yaml": SITE}, ["check", "site.yaml"], 2),
    "no waivers of the settings": ({"tenken.toml": "waivers = 'w.yaml'\n", "site.yaml": SITE}, ["check", "site.yaml"], 2),
    "no profile": ({"site.yaml": SITE}, ["check", "site.yaml", "--profile", "strikt"], 2),
    "built-in profile": ({"tenken.toml": "[profiles.strict]\n", "site.yaml": SITE}, ["check", "site.yaml"], 2),
    "no rule of the settings": ({"tenken.toml": '[rules]\nqqqq = "off"\n', "site.yaml": SITE}, ["check", "site.yaml"], 2),
    "no lock": ({"site.yaml": SITE}, ["check", "site.yaml", "--locked"], 2),
    "wrong lock": ({"site.yaml": SITE, "tenken.lock": '{"tenken_lock": 1, "packs": [{"id": "x"}]}'}, ["check", "site.yaml", "--locked"], 2),
    "other packs than locked": ({"site.yaml": SITE, "tenken.lock": '{"tenken_lock": 1, "packs": []}'}, ["check", "site.yaml", "--locked"], 2),
    # waivers, baselines, reports
    "no waivers": ({"site.yaml": SITE}, ["check", "site.yaml", "--waivers", "w.yaml"], 2),
    "no waiver file": ({"site.yaml": SITE, "w.yaml": "a: 1\n"}, ["check", "site.yaml", "--waivers", "w.yaml"], 2),
    "later waivers": ({"site.yaml": SITE, "w.yaml": "tenken_waivers: 2\n"}, ["check", "site.yaml", "--waivers", "w.yaml"], 2),
    "wrong waivers": (
        {"site.yaml": SITE, "w.yaml": "tenken_waivers: 1\nmax_days: 0\nwaivers: [{rule: A B, reason: '', owner: {}, expires: x, subjct: 1}, 3]\n"},
        ["check", "site.yaml", "--waivers", "w.yaml"],
        2,
    ),
    "waiver of two": (
        {"site.yaml": SITE, "w.yaml": "tenken_waivers: 1\nwaivers: [{rule: a, reason: r, owner: o, expires: '2030-01-01'}]\n"},
        ["check", "site.yaml", "--waivers", "w.yaml"],
        2,
    ),
    "time zone": ({"site.yaml": SITE, "w.yaml": "tenken_waivers: 1\ntime_zone: Asia/Tokio\nwaivers: []\n"}, ["check", "site.yaml", "--waivers", "w.yaml"], 2),
    "waiver that lasts too long": (
        {"site.yaml": SITE, "w.yaml": "tenken_waivers: 1\nmax_days: 10\nwaivers: [{rule: a, subject: {kind: vm, name: a}, reason: r, owner: o, expires: '2999-01-01'}]\n"},
        ["check", "site.yaml", "--waivers", "w.yaml"],
        2,
    ),
    "no baseline": ({"site.yaml": SITE, "b.json": "{}"}, ["check", "site.yaml", "--baseline", "b.json"], 2),
    "wrong baseline": ({"site.yaml": SITE, "b.json": '{"tenken_baseline": 1, "findings": [{"fingerprint": "x"}]}'}, ["check", "site.yaml", "--baseline", "b.json"], 2),
    "no report": ({"a.json": "{}", "b.json": "{}"}, ["diff", "a.json", "b.json"], 2),
    # packs
    "no pack": ({"site.yaml": SITE}, ["check", "site.yaml", "--rules", "house"], 2),
    "no pack.yaml": ({"site.yaml": SITE, "house/x": ""}, ["check", "site.yaml", "--rules", "house"], 2),
    "unknown key of a rule": (pack("require: 'true'\nrequires: x"), ["check", "site.yaml", "--rules", "house"], 2),
    "rule without a condition": (pack(""), ["check", "site.yaml", "--rules", "house"], 2),
    "rule with an id of another": (pack("require: 'true'", house__other=RULE.format(rest="require: 'true'")), ["check", "site.yaml", "--rules", "house"], 2),
    "clause that there is not": (pack("require: 'true'").__or__({"house/house-rule.yaml": RULE.format(rest="require: 'true'").replace("clauses: [c]", "clauses: [x]")}), ["check", "site.yaml", "--rules", "house"], 2),
    "matrix that there is not": (pack("matrix: x\ncolumn: y"), ["check", "site.yaml", "--rules", "house"], 2),
    "procedure that there is not": (pack("procedure: x\naspect: order"), ["check", "site.yaml", "--rules", "house"], 2),
    "override of no rule": (pack("require: 'true'", house__overrides="- {id: x, level: warning}\n"), ["check", "site.yaml", "--rules", "house"], 2),
    **{
        f"expression: {text}": (pack(f'require: "{text}"'), ["check", "site.yaml", "--rules", "house"], 2)
        for text in (
            "vm.encripted", "vmm.encrypted", "vm.encrypted ==", "vm.encrypted == null", "vm.name == 1", "vm.power_state == 'onn'", "vm.disks[0]",
            "vm.disks.all(1)", "vm.name", "size(vm)", "sizes(vm.disks)", "vm.name.x", "has(1)", "has(vm)", "vm.name in vm.name", "1 in ['a']",
            "[1, 'a'] == []", "vm.name.matches(vm.name)", "vm.name.matches('(a+)+')", "vm.name.matches('(')", "vm.disks.all(vm, true)", "true ? 1 : 'a'",
            "absent(vm.name)", "vm.disks.all(d, d.label)", "99999999999999999999 > 1", "#", "vm.", "vm.encrypted && (true", "size(vm.disks, 1) > 1",
            f"{'(' * 70}true{')' * 70}", f"'{'a' * 4001}' == vm.name",
        )
    },
}  # fmt: skip
"""Files, arguments, exit code."""


@pytest.mark.parametrize("name", CASES)
def test_mistakes_are_told_in_both_languages(name: str, here: Path, run: Tenken) -> None:
    files, arguments, code = CASES[name]
    for path, content in files.items():
        (here / path).parent.mkdir(parents=True, exist_ok=True)
        (here / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    english, japanese = (run(*arguments, TENKEN_LANG=lang) for lang in ("en", "ja"))
    assert english.returncode == japanese.returncode == code, english.stderr + japanese.stderr
    assert "mistake of tenken itself" not in english.stderr
    assert PLACE.findall(english.stderr) == PLACE.findall(japanese.stderr)
    assert not JAPANESE.search(english.stderr), english.stderr
    for line in filter(None, PLACE.sub("", japanese.stderr).splitlines()):
        assert JAPANESE.search(line) or not SENTENCE.search(line), line
        assert not SENTENCE.search(FROM_OTHERS.sub("", line)), line
        assert ("Said(" not in line and not line.endswith("。")) or line.startswith("'tenken"), line
    assert len(japanese.stderr.splitlines()) == len(english.stderr.splitlines())
    assert JAPANESE.search(japanese.stderr)
    for line in PLACE.sub("", english.stderr).splitlines():
        assert len(line) < 12 or line not in japanese.stderr or not SENTENCE.search(line), line


@pytest.mark.parametrize(
    ("arguments", "environment", "settings", "lang"),
    [
        (["check", "--bogus"], {}, "", "en"),
        (["check", "--bogus", "--lang", "ja"], {}, "", "ja"),
        (["check", "--lang=ja", "--bogus"], {}, "", "ja"),
        (["check", "--bogus"], {"LANG": "ja_JP.UTF-8"}, "", "ja"),
        (["check", "--bogus", "--lang", "en"], {"LANG": "ja_JP.UTF-8"}, "", "en"),
        (["check", "--bogus"], {"TENKEN_LANG": "en", "LC_ALL": "ja_JP.UTF-8"}, "", "en"),
        (["check", "--lang", "xx"], {"TENKEN_LANG": "ja"}, "", "ja"),
        (["check", "--bogus"], {}, 'language = "ja"', "ja"),
        (["check", "--bogus", "--lang", "en"], {}, 'language = "ja"', "en"),
        (["check", "--bogus"], {"TENKEN_LANG": "en"}, 'language = "ja"', "en"),
        (["check", "--", "--lang", "ja"], {}, "", "en"),
        (["check", "--bogus"], {}, 'profile = "p"\n[profiles.p]\nlanguage = "ja"', "ja"),
        (["check", "--bogus", "--profile", "p"], {}, '[profiles.p]\nlanguage = "ja"', "ja"),
        (["check"], {}, 'language = "ja"\nfail-on = "eror"', "ja"),
        (["check"], {}, 'language = "jp"', "en"),
        (["check"], {"LANG": "ja_JP.UTF-8"}, 'language = "jp"', "ja"),
        (["check"], {"LANG": "ja_JP.UTF-8"}, "language: ja", "ja"),
        (["check", "--config", "other.toml"], {}, "", "ja"),
        (["check"], {"TENKEN_CONFIG": "other.toml"}, "", "ja"),
        (["rules", "lst"], {}, 'language = "ja"', "ja"),
        (["chekc"], {}, 'language = "ja"', "ja"),
    ],
)
def test_the_language_is_that_of_the_run(
    arguments: list[str], environment: dict[str, str], settings: str, lang: str, here: Path, run: Tenken
) -> None:
    if settings:
        (here / "tenken.toml").write_text(settings, encoding="utf-8")
    (here / "other.toml").write_text('language = "ja"\n', encoding="utf-8")
    found = run(*arguments, **environment)
    assert found.returncode == 2
    assert bool(JAPANESE.search(found.stderr)) is (lang == "ja"), found.stderr


def _kinds(cls: type[BaseException]) -> set[type[BaseException]]:
    return {cls, *(kind for below in cls.__subclasses__() for kind in _kinds(below))}


KINDS = {
    "UsageError": lambda cls: cls("Missing command."),
    "BadParameter": lambda cls: cls("'x' is not one of 'a', 'b'.", param_hint="'--lang'"),
    "MissingParameter": lambda cls: cls(param_hint="'--lang'", param_type="option"),
    "NoSuchOption": lambda cls: cls("--lnag", possibilities=["--lang"]),
    "NoSuchCommand": lambda cls: cls("chekc"),
    "BadOptionUsage": lambda cls: cls("--lang", "Option '--lang' requires an argument."),
    "BadArgumentUsage": lambda cls: cls("Argument 'name' takes 2 values."),
}  # fmt: skip


def test_all_that_the_parser_can_find_wrong_has_japanese_words() -> None:
    kinds = {cls for cls in _kinds(root.UsageError) if cls.__name__ != "NoArgsIsHelpError"}
    assert {"UsageError", "BadParameter", "MissingParameter", "NoSuchOption", "BadOptionUsage", "BadArgumentUsage"} <= {
        cls.__name__ for cls in kinds
    }
    assert issubclass(typer.BadParameter, root.UsageError) and root.UsageError is not Exception
    for cls in kinds:
        said = wrong_use.sentence(KINDS[cls.__name__](cls))
        assert JAPANESE.search(said.ja) and not SENTENCE.search(said.ja), said
        assert not JAPANESE.search(said.en)


def test_what_is_not_known_of_the_parser_stands_in_a_japanese_sentence() -> None:
    assert wrong_use.sentence(root.UsageError("Something new.")).ja == "コマンドの使い方に誤りがあります: Something new."
