"""What parsers say of a syntax error, and the operating system of a file, in Japanese. What is not listed stays as it was said."""

from __future__ import annotations

import errno
import re

_YAML = {
    "mapping values are not allowed in this context": "この位置に「キー: 値」は記述できません（字下げ、またはコロンを含む値の引用符を確認してください）",
    "could not find expected ':'": "キーの後に必要な「:」がありません",
    "did not find expected key": "キーが必要な位置に別の記述があります（字下げを確認してください）",
    "did not find expected '-' indicator": "リストの項目（「-」）が必要な位置に別の記述があります（字下げを確認してください）",
    "did not find expected ',' or ']'": "「,」または「]」がありません",
    "did not find expected ',' or '}'": "「,」または「}」がありません",
    "did not find expected node content": "値がありません",
    "did not find expected <document start>": "文書の終わりの後に記述があります",
    "found character that cannot start any token": "この位置には使えない文字です（タブ、または引用符で囲まれていない記号を確認してください）",
    "found unexpected end of stream": "閉じられないままファイルが終わっています",
    "found unknown escape character": "不明なエスケープ文字です",
    "block sequence entries are not allowed in this context": "この位置にリストの項目は記述できません",
    "block mapping entries are not allowed in this context": "この位置に「キー: 値」は記述できません",
    "control characters are not allowed": "制御文字は使用できません",
    "found a tab character that violates indentation": "字下げにタブは使用できません",
    "did not find expected alphabetic or numeric character": "英数字が必要です",
}

_JSON = {
    "a value is missing": "値がありません",
    "Expecting value": "値がありません",
    "expected a key in double quotes": "キーは二重引用符で囲んでください",
    "Expecting property name enclosed in double quotes": "キーは二重引用符で囲んでください",
    "Illegal trailing comma before end of object": "最後の要素の後に余分な「,」があります",
    "Illegal trailing comma before end of array": "最後の要素の後に余分な「,」があります",
    "text after the end of the document": "文書の終わりの後に記述があります",
    "Unterminated string starting at": "文字列が閉じられていません",
    "Invalid control character at": "文字列に制御文字があります",
    "Invalid \\escape": "エスケープが正しくありません",
    "Invalid \\uXXXX escape": "エスケープが正しくありません",
}

_TOML = {
    "Invalid value": "値が正しくありません",
    "Invalid statement": "記述が正しくありません",
    "Invalid initial character for a key part": "キーに使えない文字で始まっています",
    "Expected '=' after a key in a key/value pair": "キーの後に「=」がありません",
    "Expected newline or end of document after a statement": "1行に書けるのは1つの設定だけです",
    "Expected ']' at the end of a table declaration": "テーブル名の終わりの「]」がありません",
    "Expected ']]' at the end of an array declaration": "テーブル名の終わりの「]]」がありません",
    "Cannot overwrite a value": "同じキーに2つの値があります",
    "Unclosed array": "リストが閉じられていません",
    "Unterminated string": "文字列が閉じられていません",
    "Illegal character '\\n'": "文字列が行の途中で閉じられていません",
    "nested too deeply": "入れ子が深すぎます",
}


_XML = {
    "not well-formed (invalid token)": "使用できない文字、または閉じられていないタグがあります",
    "mismatched tag": "開始タグと終了タグが対応していません",
    "no element found": "要素がないままファイルが終わっています",
    "unclosed token": "タグが閉じられないままファイルが終わっています",
    "unclosed CDATA section": "CDATAが閉じられていません",
    "partial character": "文字の途中でファイルが終わっています",
    "junk after document element": "文書の終わりの後に記述があります",
    "duplicate attribute": "属性が重複しています",
    "undefined entity": "定義されていない実体参照です",
    "XML or text declaration not at start of entity": "XML宣言がファイルの先頭にありません",
    "unknown encoding": "不明な文字コードです",
    "encoding specified in XML declaration is incorrect": "XML宣言の文字コードが正しくありません",
    "unbound prefix": "宣言されていない名前空間の接頭辞です",
}

_CSV = {
    "unexpected end of data": "閉じられないままファイルが終わっています",
    "line contains NUL": "NUL文字が含まれています",
    "new-line character seen in unquoted field - do you need to open the file with newline=''?": "引用符の外に改行文字があります",
}

_SYSTEM = {
    errno.ENOENT: "ファイルまたはフォルダが見つかりません",
    errno.EACCES: "アクセス権がないか、ほかのプログラムで使用中です",
    errno.EPERM: "この操作は許可されていません",
    errno.EISDIR: "ファイルではなくフォルダです",
    errno.ENOTDIR: "パスの途中にフォルダでないものがあります",
    errno.EEXIST: "同じ名前のものがすでにあります",
    errno.ENAMETOOLONG: "名前が長すぎます",
    errno.ELOOP: "シンボリックリンクが循環しています",
    errno.EMFILE: "開いているファイルが多すぎます",
    errno.ENOSPC: "空き容量がありません",
    errno.EDQUOT: "割り当てられた容量を使い切っています",
    errno.EROFS: "読み取り専用のファイルシステムです",
    errno.EBUSY: "使用中です",
    errno.EIO: "入出力エラーです",
    errno.ECONNREFUSED: "接続を拒否されました",
    errno.ECONNRESET: "接続を切断されました",
    errno.ETIMEDOUT: "時間内に応答がありませんでした",
    errno.EHOSTUNREACH: "ホストに到達できません",
    errno.ENETUNREACH: "ネットワークに到達できません",
}


def xml_ja(detail: str) -> str:
    """expat adds line and column, which the place of a problem tells anyhow."""
    what = detail.partition(": line ")[0]
    return _XML.get(what, what)


def csv_ja(detail: str) -> str:
    if detail.startswith("field larger than field limit"):
        return "長すぎる値があります"
    return _CSV.get(detail, detail)


def system_ja(error: OSError) -> str:
    return _SYSTEM.get(error.errno or 0) or error.strerror or str(error)


def yaml_ja(detail: str) -> str:
    """libyaml says the context first, in which it was reading; what is wrong comes last."""
    return next((said for end, said in _YAML.items() if detail.endswith(end)), detail)


def json_ja(detail: str) -> str:
    if detail.startswith(("Expecting '", "expected '")):
        return f"「{detail.split(chr(39))[1]}」がありません"
    if detail.endswith(" is not JSON"):
        return f"{detail.removesuffix(' is not JSON')} はJSONの値ではありません"
    return _JSON.get(detail.removesuffix(":"), detail)


def toml_ja(detail: str) -> str:
    if detail.startswith("Cannot declare ") and detail.endswith(" twice"):
        name = ".".join(re.findall(r"'([^']*)'", detail))  # it shows the name as a tuple of its parts
        return f"[{name}] が2回宣言されています"
    return _TOML.get(detail, detail)
