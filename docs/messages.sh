#!/bin/sh
# Prints docs/messages.md, made from the table of messages in pipeline/base/msg.c.
#
# usage: docs/messages.sh TONGJI      (make docs writes the page, make test-docs compares it)
set -eu
cat <<'END'
# 消息 · Messages

本页由 `make docs` 从程序的消息表生成,请勿手改。This page is made by `make docs` from the program's own
table (`tongji list messages`); do not edit it.

代码的第一个字母:E 错误,W 警告,I 提示;代码不会改作他用。%1、%2 等处填写具体的文件、列或数值。
The first letter of a code is its severity: E error, W warning, I note. A code is never used again for
something else. %1, %2 ... stand for the file, column or value in question.

| 代码 code | 严重性 severity | 消息 message | 怎么办 what to do |
|---|---|---|---|
END
"$1" list messages | awk -F '\t' '
    function cell(s)
    {
        gsub(/[|\\<>*_`]/, "\\\\&", s)
        return s
    }
    BEGIN { severity["error"] = "错误"; severity["warning"] = "警告"; severity["note"] = "提示" }
    {
        printf "| %s | %s %s | %s<br>%s | %s%s%s |\n", $1, severity[$2], $2, cell($3), cell($4),
            cell($5), $5 == "" ? "" : "<br>", cell($6)
    }'
