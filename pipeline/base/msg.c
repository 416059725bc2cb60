#include "pipeline/base/msg.h"

#include <stdbool.h>
#include <string.h>

#include "pipeline/base/mem.h"

/* clang-format off */
const struct msg msg_table[] = {
    /* --- system --- */
    { "E-SYS-01", { "系统操作失败:%1", "system call failed: %1" },
      { "请检查磁盘空间和权限后重试", "check disk space and permissions, then try again" } },
    { "E-SYS-02", { "另一次运行正占用锁(%1)", "another run holds the lock (%1)" },
      { "等它结束后再试", "wait for it to end and try again" } },
    { "E-SYS-03", { "台账不平:%1", "the ledger does not balance: %1" },
      { "这是程序缺陷,什么也没有发布,请报告开发者", "this is a defect of the program; nothing was published, please report it" } },
    /* --- usage --- */
    { "E-USE-01", { "不认识的选项 %1;是否应为 %2?", "unknown option %1; did you mean %2?" },
      { "用 --help 查看用法", "see --help" } },
    { "E-USE-02", { "不认识的命令 %1;是否应为 %2?", "unknown command %1; did you mean %2?" },
      { "用 tongji --help 查看用法", "see tongji --help" } },
    { "E-USE-03", { "选项 %1 缺少参数", "option %1 needs a value" },
      { "用 --help 查看用法", "see --help" } },
    { "E-USE-04", { "选项 %1 的值“%2”无效:%3", "bad value \"%2\" for option %1: %3" },
      { "用 --help 查看用法", "see --help" } },
    { "E-USE-05", { "多余的参数 %1", "unexpected argument %1" },
      { "用 --help 查看用法", "see --help" } },
    { "E-USE-06", { "命令 %1 不接受阶段选项", "the command %1 takes no options about stages" },
      { "用 --help 查看用法", "see --help" } },
    { "E-USE-08", { "命令 %1 不接受 why 的选项", "the command %1 takes none of the options of why" },
      { "用 --help 查看用法", "see --help" } },
    { "E-USE-07", { "命令 %1 不接受选项 --ini、--cat、--header 和 --table", "the command %1 takes no --ini, --cat, --header and --table" },
      { "用 --help 查看用法", "see --help" } },
    /* --- key of personal values --- */
    { "E-KEY-01", { "密钥文件能被他人读取", "the key file can be read by others" },
      { "请执行 chmod 600", "run chmod 600 on it" } },
    { "E-KEY-02", { "系统不能提供随机数", "the system gives no random bytes" },
      { "请重启计算机后再试;仍不行请联系系统管理员", "restart the machine and try again; else ask its administrator" } },
    { "E-KEY-03", { "密钥文件应为一行 32 位十六进制数", "the key file must be one line of 32 hexadecimal digits" },
      { "请恢复备份;删除它会生成新密钥,个人信息的散列值将全部改变", "restore it from a backup; deleting it makes a new key and changes all hashes of personal values" } },
    /* --- cells, records and files of the departments --- */
    { "W-CELL-01", { "日期无法识别,按缺失处理", "unreadable date, taken as missing" },
      { "请按 2019-03-01 的形式填写", "write it like 2019-03-01" } },
    { "W-CELL-02", { "数字无法识别,按缺失处理", "unreadable number, taken as missing" },
      { "请填写准确的阿拉伯数字", "give the exact figure in digits" } },
    { "W-CELL-03", { "数字为概数,按缺失处理", "not an exact number, taken as missing" },
      { "请填写准确的数字,不要用“约”“余”", "give the exact figure, no 'about' or 'over'" } },
    { "W-CELL-04", { "不在允许的取值之内,按缺失处理", "not one of the permitted words, taken as missing" },
      { "请改为允许的取值,或在配置中补充别名", "use a permitted word or add the spelling to the configuration" } },
    { "W-CELL-05", { "缺失", "missing" }, { "请补填", "fill it in" } },
    { "W-ORG-01", { "机构名称在该日期没有唯一有效的记录,按唯一代码处理", "no single valid row for this name on that day; all rows have one code, which is taken" },
      { "请核对机构对照表的有效期", "check the validity dates in the table of organisations" } },
    { "W-ORG-02", { "机构名称缺失或无法识别,改用机构代码", "the organisation's name is missing or unknown; its code is taken" },
      { "请在机构对照表中补充该名称", "add the name to the table of organisations" } },
    { "W-XLS-01", { "长编码被表格软件改成了科学计数法,按缺失处理", "a spreadsheet turned a long code into scientific notation: lost, taken as missing" },
      { "请从业务系统直接导出 CSV;须经表格软件时,先把该列设为“文本”再导入", "export CSV straight from the system; if a spreadsheet must open it, import the column as text" } },
    { "W-XLS-02", { "18 位编码末三位为 000,可能被表格软件截断", "18 digits that end in 000: a spreadsheet may have cut the code to 15" },
      { "请从业务系统直接导出 CSV;须经表格软件时,先把该列设为“文本”再导入", "export CSV straight from the system; if a spreadsheet must open it, import the column as text" } },
    { "W-XLS-03", { "编码位数不足,前面的零可能被表格软件去掉", "too few digits: a spreadsheet may have dropped the zeros in front" },
      { "请从业务系统直接导出 CSV;须经表格软件时,先把该列设为“文本”再导入", "export CSV straight from the system; if a spreadsheet must open it, import the column as text" } },
    { "W-XLS-04", { "编码可能被表格软件改成了日期", "a spreadsheet may have turned the code into a date" },
      { "请从业务系统直接导出 CSV;须经表格软件时,先把该列设为“文本”再导入", "export CSV straight from the system; if a spreadsheet must open it, import the column as text" } },
    { "W-XLS-05", { "列宽不够,导出的是 ####", "the column was too narrow: #### was exported" },
      { "请拉宽该列后重新导出", "widen the column and export it again" } },
    { "W-XLS-06", { "单元格是公式错误值", "the cell is the error value of a formula" },
      { "请改正公式;没有值的单元格应留空,再以“粘贴为数值”后导出", "mend the formula, leave cells without a value empty, paste as values, then export" } },
    { "W-ID-01", { "身份证号码不对:位数或校验位不符", "no valid identity number: length or check digit" },
      { "请对照证件核对", "compare it with the document" } },
    { "W-ID-02", { "统一社会信用代码不对:位数或校验位不符", "no valid unified social credit code: length or check character" },
      { "请对照登记证照核对", "compare it with the certificate" } },
    { "W-COL-01", { "多余的列,已忽略", "unknown column, ignored" },
      { "如果用得上,请在配置的 [export] 中加上这一列", "if it matters, add the column to its [export] in the configuration" } },
    { "W-COL-02", { "缺少可选列,整列按缺失处理", "optional column absent: missing in every row" },
      { "如果用得上,请报送单位补上这一列", "if it matters, ask the sender to add it" } },
    { "W-COL-03", { "列名重复:第 %1 列与前面的列同名,已忽略", "column %1 has the name of an earlier one: ignored" },
      { "请改列名,或删去重复的列", "rename the column or take it out" } },
    { "W-COL-04", { "第 %1 列没有列名,已忽略", "column %1 has no name: ignored" },
      { "如果用得上,请补上列名", "if it matters, give it a name" } },
    { "W-ROW-01", { "单元格少于表头,缺少的按缺失处理", "fewer cells than the header: the last ones are taken as missing" },
      { "请核对这一行,并补上分隔符", "check the row and put its delimiters in" } },
    { "W-ROW-02", { "引号不成对,或单元格数与表头不符;已按最可能的方式读取:%1", "broken quoting, or not as many cells as the header; read in the likeliest way: %1" },
      { "请核对这一行", "check the row" } },
    { "W-ROW-03", { "一行里有几条记录,由单独的回车符(CR)隔开,已分开读取", "several records in one line with a CR alone between them: read one by one" },
      { "请统一换行符", "end all lines alike" } },
    { "W-TABLE-01", { "第 %1 至 %2 行是另一张表(%3 条记录),未采用", "lines %1 to %2 are another table (%3 records): set aside" },
      { "请一个文件只放一张表", "put one table into a file" } },
    { "W-TOTAL-01", { "合计与各行之和(%1)不符", "the declared total differs from the sum of the rows (%1)" },
      { "请核对合计行;计算时不采用合计行", "check the total; the rows count, not the total" } },
    { "W-FILE-01", { "文件名不属于任何报表,未读取", "the name fits no export: not read" },
      { "请按配置中 [files] 的 pattern 改名", "rename it as pattern in [files] of the configuration says" } },
    { "W-FILE-02", { "文件正在写入,留待下次运行", "the file is still being written: left for the next run" },
      { "传完后去掉 .part 之类的后缀,下次运行就会读取", "take an ending like .part off when it is complete; the next run reads it" } },
    { "W-FILE-03", { "符号链接指向目录之外,未读取", "a symbolic link that leads outside: not read" },
      { "请放入文件本身", "deliver the file itself" } },
    { "W-FILE-04", { "文件是空的", "the file is empty" }, { "请重新导出", "export it again" } },
    { "W-FILE-05", { "找不到表头:没有一行包含全部必填列,缺少“%1”;文件中可能是它的列名:%2", "no header found: no record names all required columns; \"%1\" is missing; names in the file that may be meant: %2" },
      { "请检查表头,或在配置中补充列名的别名", "check the header or add an alias to the configuration" } },
    { "W-FILE-06", { "文件无法读取,整个文件未采用:%1", "the file cannot be read and is left out as a whole: %1" },
      { "请重新导出", "export it again" } },
    { "W-FILE-07", { "已被更高版本的重报文件取代", "replaced by a resubmission with a higher version" }, { "", "" } },
    { "I-FILE-01", { "配置中的这一节 [file] 不适用于任何文件", "this [file] section of the configuration is about no file" },
      { "请检查路径模式,或删去该节", "check its pattern or delete the section" } },
    /* --- why --- */
    { "E-WHY-01", { "没有指标 %1;是否应为 %2?", "no figure %1; did you mean %2?" },
      { "用 tongji list indicators 查看全部指标", "see tongji list indicators" } },
    { "E-WHY-02", { "%1 没有这一格(部门“%2”,月份“%3”)", "%1 has no such cell (organisation \"%2\", month \"%3\")" },
      { "compute/indicators.csv 列有全部格", "compute/indicators.csv lists all cells" } },
    { "E-WHY-03", { "结果与现在的配置、参照表或程序不符", "the results were made with another configuration, other reference tables or another program" },
      { "请先运行 tongji run", "run tongji run first" } },
    { "E-WHY-04", { "原始文件在运行之后被换过或移走", "the raw file was replaced or taken away since the run" },
      { "请先运行 tongji run", "run tongji run first" } },
    { "E-WHY-05", { "各行之和与 %1 的结果不符", "the rows do not add up to %1" },
      { "这是程序缺陷,请报告开发者", "this is a defect of the program, please report it" } },
    { "E-WHY-06", { "%1 的背后没有任何一行", "there is no row behind %1" }, { "", "" } },
    { "E-WHY-07", { "没有被拒收而本应计入 %1 的行", "no rejected row would have counted in %1" }, { "", "" } },
    { "E-WHY-08", { "--all 只与 --count 同用,不带指标编号", "--all goes with --count, and with no id" },
      { "例如:tongji why --all --count", "for example: tongji why --all --count" } },
    /* --- what sniff finds --- */
    { "W-SNIFF-01", { "文件里没有内容", "there is nothing in the file" }, { "请重新导出", "export it again" } },
    { "W-SNIFF-02", { "引号没有闭合:%1 处", "a quote is never closed: %1 records" },
      { "请核对这些行", "look at these lines" } },
    { "W-SNIFF-03", { "闭合引号之后还有文字:%1 处", "text after a closing quote: %1 records" },
      { "单元格里的引号应写成两个", "a quote inside a cell is written twice" } },
    { "W-SNIFF-04", { "个别单元格用了另一种转义:%1 处", "quotes escaped in another way: %1 records" },
      { "单元格里的引号请一律写成两个", "write a quote inside a cell twice everywhere" } },
    { "W-SNIFF-05", { "未加引号的单元格里有引号:%1 处", "a quote inside an unquoted cell: %1 records" },
      { "按文字读取", "it is read as text" } },
    { "W-SNIFF-06", { "单元格少于列数:%1 行", "fewer cells than columns: %1 records" },
      { "请核对这些行", "look at these lines" } },
    { "W-SNIFF-07", { "单元格多于列数:%1 行", "more cells than columns: %1 records" },
      { "请核对这些行", "look at these lines" } },
    { "W-SNIFF-08", { "写法与全表不同:%1 行(分隔符或引号)", "written with other delimiters or quotes: %1 records" },
      { "请用同一个程序重新导出全表", "export the whole table again with one program" } },
    { "W-SNIFF-09", { "表头重复出现:%1 次", "the header again: %1 times" }, { "已略去", "left out" } },
    { "W-SNIFF-10", { "表中有空行:%1 行", "blank lines inside the table: %1" }, { "已略去", "left out" } },
    { "W-SNIFF-11", { "文件里还有别的表:%1 个", "further tables in the file: %1" },
      { "用 --table N 查看第 N 个", "--table N shows the Nth" } },
    { "W-SNIFF-12", { "行尾与多数行不同:%1 行", "line ends unlike most: %1 lines" }, { "", "" } },
    { "W-SNIFF-13", { "有空字节(NUL):%1 个", "NUL bytes: %1" }, { "请重新导出", "export it again" } },
    { "W-SNIFF-14", { "文中有字节顺序标记:%1 个", "byte order marks inside the text: %1" }, { "", "" } },
    { "W-SNIFF-15", { "列没有名称:%1 列", "columns without a name: %1" }, { "请补上列名", "give them names" } },
    { "W-SNIFF-16", { "列名重复:%1 列", "columns that share a name: %1" }, { "请区分列名", "give them different names" } },
    { "W-SNIFF-17", { "给出的表头不在文件里", "the header given does not stand in the file" },
      { "全部行按数据读取", "all rows are read as data" } },
    { "W-SNIFF-18", { "有无法解码的字节:%1 个", "undecodable bytes: %1" },
      { "请用 UTF-8 重新导出", "export it again as UTF-8" } },
    { "W-SNIFF-19", { "两个表之间的行,不属于任何表:%1 行", "lines between two tables that belong to none: %1" },
      { "请删去这些行", "delete these lines" } },
    /* --- table files --- */
    { "E-TAB-01", { "表文件损坏或不完整", "the table file is damaged or incomplete" },
      { "请重新运行:tongji run --force", "run again: tongji run --force" } },
    { "E-TAB-02", { "一个单元格超过 1 GB", "a cell is larger than 1 GB" },
      { "请在 config.ini 的 [limits] 中调低 record_bytes", "lower record_bytes in [limits] of config.ini" } },
    /* --- expressions --- */
    { "E-EXPR-01", { "表达式读不懂,从这里开始:%1", "cannot read the expression from here on: %1" },
      { "请对照 docs/config.md 的“Expressions”一章", "see the chapter 'Expressions' of docs/config.md" } },
    { "E-EXPR-02", { "表达式不完整", "the expression ends too early" },
      { "请补全,并检查括号", "complete it and look at the brackets" } },
    { "E-EXPR-03", { "没有列 %1", "no column %1" },
      { "认识的有:%2;文字请加双引号", "known: %2; put text in double quotes" } },
    { "E-EXPR-04", { "没有函数 %1", "no function %1" }, { "认识的有:%2", "known: %2" } },
    { "E-EXPR-05", { "没有参数 $%1", "no parameter $%1" }, { "认识的有:%2", "known: %2" } },
    { "E-EXPR-06", { "类型不合:%1 与 %2", "types that do not fit: %1 and %2" },
      { "请让两边类型相同;文字加双引号,日期写作 2019-01-31", "make both sides one type; text stands in double quotes, a date is written 2019-01-31" } },
    { "E-EXPR-07", { "词表中没有“%1”", "no such word in the enumeration: \"%1\"" },
      { "认识的有:%2", "known: %2" } },
    { "E-EXPR-08", { "数 %1 不能与 %2 比较", "the number %1 cannot be compared with %2" },
      { "整数列不用小数,金额至多两位小数", "no decimals for counts, at most two for money" } },
    { "E-EXPR-09", { "参数 $%1 的值不是 %2", "the value of parameter $%1 is no %2" },
      { "请改正参照表 parameters 或 [parameters] 中的值", "correct its value in the table of parameters or in [parameters]" } },
    { "E-EXPR-10", { "这里不能用除号", "no '/' here" },
      { "除号只用在指标公式的最外层,一次", "'/' stands once, at the top of an indicator's value" } },
    { "E-EXPR-11", { "函数 %1 的参数不对", "the arguments of %1 do not fit" },
      { "请对照 docs/config.md 的函数表", "see the table of functions in docs/config.md" } },
    { "E-EXPR-12", { "这里需要条件,“%1”是数值", "a condition is needed here; %1 is a value" },
      { "例如:%1 = 是", "for example: %1 = 1" } },
    { "E-EXPR-13", { "这里需要数值,“%1”是条件", "a value is needed here; %1 is a condition" },
      { "请写一列或一个算式;条件写在 where 之后", "write a column or a calculation; conditions stand after where" } },
    /* --- sets, figures, checks --- */
    { "E-PLAN-01", { "没有表或集合 %1", "no table or set %1" }, { "认识的有:%2", "known: %2" } },
    { "E-PLAN-02", { "集合 %1 建在自己之上", "set %1 is built on itself" },
      { "请改它的 from", "change its from" } },
    { "E-PLAN-03", { "没有指标 %1", "no indicator %1" }, { "认识的有:%2", "known: %2" } },
    { "E-PLAN-04", { "指标转成了圈:%1", "the indicators go in a circle: %1" },
      { "请去掉其中一处引用", "take one of the references out" } },
    { "E-PLAN-05", { "%1 需要 from", "%1 needs a from" },
      { "请用 from 指明数据行所在的表或集合", "name the table or set of its rows with from" } },
    { "E-PLAN-06", { "%1 不是数量或金额,不能求和", "%1 is neither a count nor money and cannot be added up" },
      { "请改用数量或金额列,或者改用 rows、distinct", "take a column of counts or money, or rows() or distinct()" } },
    { "E-PLAN-07", { "指标公式中不能用“%1”", "%1 cannot stand in the formula of a figure" },
      { "请对照 docs/config.md 的“indicator”一章", "see the chapter 'indicator' of docs/config.md" } },
    { "E-PLAN-08", { "列 %1 不能用来分组", "the column %1 cannot split a figure" }, { "需要类型:%2", "needed: %2" } },
    { "E-PLAN-09", { "引用的指标 %1 没有按同样的列分组", "the figure %1 is not split in the same way" },
      { "请给它加上 by_org / by_month", "give it the same by_org or by_month" } },
    { "E-PLAN-10", { "%1 只能用在 [check] 中", "%1 stands in a check only" }, { "上年值请用 prior", "use prior for last year's value" } },
    { "E-PLAN-11", { "%1 的单位是 %,但公式不是比率", "%1 has the unit %, but its formula is no ratio" },
      { "请写成 分子 / 分母", "write numerator / denominator" } },
    { "E-PLAN-12", { "%1 的 divide 应为 1 到 1000000000,且只用于比率", "divide of %1 must be 1 to 1000000000 and is for ratios only" },
      { "请改成此范围内的整数,或删去 divide", "give a whole number in this range, or take divide out" } },
    { "E-PLAN-13", { "%1 的 rule 应为指标的比较", "the rule of %1 must be a comparison of figures" },
      { "例如:甲 = 乙 + 丙", "for example: A = B + C" } },
    { "E-PLAN-14", { "%1 不是数量或金额,没有中位数、分位数和离差",
                     "%1 is neither a count nor money: it has no quantiles and deviations" },
      { "天数可用 days(甲, 乙)", "days(a, b) is a count" } },
    { "E-PLAN-15", { "%1 有 cross,但缺 by_org 或 by_month", "%1 has cross, but not both by_org and by_month" },
      { "请把两者都写上", "give both" } },
    /* --- results --- */
    { "W-FIG-01", { "数值超出可精确计算的范围,没有结果", "beyond what can be computed exactly: no value" },
      { "请检查有关列中过大的数值,或把比率的分母改小", "look for very large values in its columns, or make the denominators of its rates smaller" } },
    { "W-FIG-02", { "两边的数值超出可精确比较的范围,未核对", "its sides are beyond what can be compared exactly: not run" },
      { "请检查有关指标中过大的数值", "look for very large values in its figures" } },
    { "E-CHECK-01", { "强制核对未通过:%1", "fatal checks failed: %1" },
      { "见 checks.csv;什么也没有发布", "see checks.csv; nothing was published" } },
    /* --- stages --- */
    { "E-STAGE-01", { "没有 %1 阶段的结果(%2)", "no result of stage %1 (%2)" },
      { "请先运行:tongji run --only %1", "first run: tongji run --only %1" } },
    { "E-STAGE-02", { "%1 的结果已过期:在它之后 %2 又运行过", "the result of %1 is stale: %2 ran after it" },
      { "请运行:tongji run --from %1", "run: tongji run --from %1" } },
    /* --- corrections --- */
    { "E-COR-01", { "要更正的文件 %1 不在原始文件夹里,或不属于任何报表", "the file to be corrected, %1, is not there, or belongs to no export" },
      { "请核对 file 列(从原始文件夹起的路径,写法同 clean/rejects.csv.gz),或删去这条更正", "compare the column file (a path below the raw folder, as in clean/rejects.csv.gz), or delete this correction" } },
    { "E-COR-02", { "要更正的文件 %1 已被更高版本的重报文件取代", "the file to be corrected, %1, was replaced by a resubmission with a higher version" },
      { "请在新文件中核对该单元格:仍需更正就改 file 和 line,否则删去这条更正", "look at the cell in the new file: change file and line if it is still wrong, else delete this correction" } },
    { "E-COR-03", { "文件 %1 没有列“%3”,或不使用它", "the file %1 has no column \"%3\", or it is not used" },
      { "请改正 column 列;认识的有:%4", "mend the column `column`; known: %4" } },
    { "E-COR-04", { "文件 %1 第 %2 行不是一条数据的开头", "no data record of %1 begins on line %2" },
      { "请核对 line 列(写法同 clean/rejects.csv.gz);引号不成对或列数不符的记录、表头、合计和注释不能这样更正", "compare the column line (as in clean/rejects.csv.gz); records with broken quoting or another number of cells, headers, totals and notes cannot be corrected so" } },
    { "E-COR-05", { "文件 %1 第 %2 行“%3”现在是“%4”,不是“%5”", "%3 of %1 line %2 is \"%4\", not \"%5\"" },
      { "请重新核对该单元格,改正 before 和 value,或删去这条更正", "look at the cell again and mend before and value, or delete this correction" } },
    { "E-COR-06", { "文件 %1 第 %2 行“%3”更正了两次,另一次在更正表第 %4 行", "%3 of %1 line %2 is corrected twice, first in line %4 of the corrections" },
      { "请只留一条", "keep one of the two" } },
    { "E-COR-07", { "要更正的文件 %1 没有读成", "the file to be corrected, %1, could not be read" },
      { "原因见 clean.failed/warnings.csv.gz;请先解决,或删去这条更正", "clean.failed/warnings.csv.gz says why; mend that first, or delete this correction" } },
    { "E-COR-08", { "另有 %1 条更正与文件不符", "%1 further corrections do not fit their files" },
      { "请先改好以上各条,再运行一次", "mend those above, then run again" } },
    { "I-COR-01", { "更正%1处:%2", "corrected cells: %1: %2" }, { "", "" } },
    /* --- input files --- */
    { "E-FILE-11", { "CSV 文件没有表头", "the CSV file has no header" },
      { "请恢复该文件,或把它移走后运行:tongji run", "restore the file, or move it away and run: tongji run" } },
    { "E-FILE-12", { "引号不成对,无法拆分", "broken quoting: the record cannot be split" },
      { "请恢复该文件,或把它移走后运行:tongji run", "restore the file, or move it away and run: tongji run" } },
    { "E-FILE-13", { "CSV 文件缺少列 %1", "the CSV file lacks the column %1" },
      { "请恢复该文件,或把它移走后运行:tongji run", "restore the file, or move it away and run: tongji run" } },
    { "E-FILE-01", { "文件解压后超过上限 %1 字节", "the file is larger than %1 bytes after gunzip" },
      { "请拆分该文件,或调高 [limits] 的 file_bytes", "split the file, or raise file_bytes in [limits]" } },
    { "E-FILE-02", { "gzip 文件损坏或不完整", "damaged or truncated gzip file" },
      { "请报送单位重新上传", "ask the sender to upload it again" } },
    { "E-FILE-03", { "本系统的 C 库(iconv)缺少 GB18030 转换表", "this system's C library (iconv) lacks GB18030" },
      { "请安装完整的 glibc(gconv 模块)后重试", "install the complete glibc (gconv modules), then try again" } },
    /* --- configuration --- */
    { "E-CONF-01", { "读不了 %1(%2)", "cannot read %1 (%2)" },
      { "请检查路径和权限", "check the path and its permissions" } },
    { "E-CONF-02", { "这一行没有“键 = 值”:%1", "no \"key = value\" in this line: %1" },
      { "续行请缩进,注释请以 # 开头", "indent a continued value; begin a comment with #" } },
    { "E-CONF-03", { "%1 之前没有节标题", "%1 stands before the first section" },
      { "请先写节标题,如 [tongji]", "write a section line such as [tongji] above it" } },
    { "E-CONF-04", { "include 循环或嵌套超过 8 层:%1", "include of %1 goes in a circle or deeper than 8 files" },
      { "请去掉这一个 include", "take this include out" } },
    { "E-CONF-05", { "include 找不到文件:%1", "include finds no file: %1" },
      { "路径相对于本配置文件所在的文件夹", "paths are relative to the folder of this file" } },
    { "E-CONF-06", { "节标题缺少 ]:%1", "section line without ]: %1" },
      { "写法:[类别 名称]", "write [kind name]" } },
    { "E-CONF-07", { "缩进的行上面没有可续的值:%1", "an indented line with no value above to continue: %1" },
      { "去掉缩进,或移到所属的值下面", "take the blanks off, or move it below its value" } },
    { "E-CONF-10", { "不认识的节 [%1]", "unknown section [%1]" },
      { "认识的有:%2", "known: %2" } },
    { "E-CONF-11", { "节 [%1] 缺少名称", "section [%1] needs a name" },
      { "写法:[%1 名称]", "write [%1 NAME]" } },
    { "E-CONF-12", { "节 [%1] 不带名称,却写了“%2”", "section [%1] takes no name, but has \"%2\"" },
      { "写法:[%1]", "write [%1]" } },
    { "E-CONF-13", { "名称“%1”中有不允许的字符", "the name \"%1\" has a sign that is not allowed" },
      { "名称中不得有空格和 , ( ) | : = \" $", "a name has no blanks and none of , ( ) | : = \" $" } },
    { "E-CONF-14", { "名称 %1 重复:%2 已有", "the name %1 is taken: see %2" },
      { "请改名或删去一处", "rename or delete one of the two" } },
    { "E-CONF-15", { "[%2] 中没有设置“%1”", "no setting \"%1\" in [%2]" },
      { "认识的有:%3", "known: %3" } },
    { "E-CONF-16", { "“%1”写了两次:第一次在 %2", "\"%1\" is given twice: first at %2" },
      { "请删去一处", "delete one of the two" } },
    { "E-CONF-17", { "[%1] 缺少“%2”", "[%1] lacks \"%2\"" },
      { "请在该节补上这一行", "add this line to the section" } },
    { "E-CONF-18", { "“%1”后面应有一个词,如“%1 X = …”", "\"%1\" needs a word: \"%1 X = ...\"" },
      { "请补上这个词", "add the word" } },
    { "E-CONF-19", { "“%1”后面不带词,却写了“%2”", "\"%1\" takes no word, but has \"%2\"" },
      { "写法:%1 = …", "write %1 = ..." } },
    { "E-CONF-20", { "“%1”的值“%2”不是 %3 到 %4 的整数", "%1: \"%2\" is not a whole number from %3 to %4" },
      { "请改成此范围内的整数", "give a whole number in this range" } },
    { "E-CONF-21", { "“%1”的值“%2”不可用", "%1: \"%2\" is not one of its values" },
      { "可用的有:%3", "known: %3" } },
    { "E-CONF-22", { "“%1”的值“%2”不是日期", "%1: \"%2\" is not a date" },
      { "写法:2019-01-31", "write 2019-01-31" } },
    { "E-CONF-23", { "引号没有配对:%1", "a quote is not closed: %1" },
      { "引号内的引号写两遍", "write a quote within quotes twice" } },
    { "E-CONF-24", { "“%1”的列表中有空项", "the list of %1 has an empty element" },
      { "请去掉多余的逗号", "take the extra comma out" } },
    { "E-CONF-25", { "“%1”中的“%2”应为一个字符", "%1: \"%2\" must be one character" },
      { "请只写一个字符", "give a single character" } },
    { "E-CONF-26", { "“%1”的值“%2”写法不对", "%1: \"%2\" has not the right form" },
      { "写法:%3", "write %3" } },
    { "E-CONF-27", { "文件名模式“%1”不对:%2", "file-name pattern \"%1\": %2" },
      { "写法见 docs/config.md 的 [files] 一节", "see [files] in docs/config.md" } },
    { "E-CONF-28", { "“%1”不能为空", "%1 is empty" },
      { "请填写,或删去这一行", "fill it in or delete the line" } },
    { "E-CONF-30", { "%2 没有列 %1", "no column %1 in %2" }, { "认识的有:%3", "known: %3" } },
    { "E-CONF-31", { "没有词表 %1", "no enumeration %1" }, { "认识的有:%2", "known: %2" } },
    { "E-CONF-32", { "没有列类型 %1", "no kind of column %1" }, { "认识的有:%2", "known: %2" } },
    { "E-CONF-33", { "没有打印样式 %1", "no style %1" }, { "认识的有:%2", "known: %2" } },
    { "E-CONF-34", { "没有导出 %1", "no export %1" }, { "认识的有:%2", "known: %2" } },
    { "E-CONF-35", { "没有列标志“%1”", "no flag \"%1\"" }, { "认识的有:%2", "known: %2" } },
    { "E-CONF-36", { "没有参照表 %1", "no reference table %1" }, { "认识的有:%2", "known: %2" } },
    { "E-CONF-37", { "没有计量单位 %1", "no unit %1" }, { "认识的有:%2", "known: %2" } },
    { "E-CONF-40", { "导出 %1 没有主键列", "export %1 has no key column" },
      { "请给一列或几列加上标志 key", "give one or more columns the flag key" } },
    { "E-CONF-41", { "表头“%1”同时属于 %2 和 %3", "the header \"%1\" belongs to both %2 and %3" },
      { "请删去一处", "delete one of the two" } },
    { "E-CONF-42", { "“%1”同时属于 %2 和 %3", "\"%1\" is a spelling of both %2 and %3" },
      { "请删去一处", "delete one of the two" } },
    { "E-CONF-43", { "列 %1 的类型是 %2,这里要 %3", "column %1 is of kind %2; %3 is needed here" },
      { "请改用类型相符的列", "name a column of that kind" } },
    { "E-CONF-44", { "样式的 fallback 转成了圈:%1", "the fallback of style %1 goes in a circle" },
      { "请改用另一个样式", "name another style" } },
    { "E-CONF-45", { "“%1”应写 %2 个列名:%3", "%1 takes %2 names of columns: %3" },
      { "请按这个顺序写全", "name all of them, in this order" } },
    { "E-CONF-46", { "词表 %2 中的“%1”没有折算", "no \"unit %1 = ...\" for this word of %2" },
      { "请补上这一行", "add this line" } },
    { "E-CONF-47", { "%1 = %2 应写成 方法(倍数)", "%1 = %2 is not METHOD(TIMES)" },
      { "例如:hampel(3);倍数大于 0,不超过 100", "for example hampel(3); more than 0, at most 100 times" } },
    { "E-CONF-60", { "width 和 check 只用于 code:类型 %1 建在 %2 上", "width and check are for codes: type %1 is built on %2" },
      { "请把 kind 改为 code,或删去它们", "make its kind code, or take them out" } },
    { "E-CONF-61", { "没有校验规则 %1", "no check digits called %1" }, { "认识的有:%2", "known: %2" } },
    { "E-STAGE-04", { "阶段 %1 被信号终止:%2", "stage %1 was ended by a signal: %2" },
      { "上一次的结果未受影响;请重试", "the last good result is untouched; try again" } },
    { "E-STAGE-03", { "台账的这一行无法识别", "this line of the ledger makes no sense" },
      { "配置可能在两个阶段之间改过;请重新运行:tongji run", "the configuration may have changed between two stages; run: tongji run" } },
    /* --- reference tables --- */
    { "E-REF-01", { "找不到参照表(%1)", "the reference table is not there (%1)" },
      { "请把它放到原始文件夹,或修改配置中的 [reference %1]", "put it below the raw folder or change [reference %1] of the configuration" } },
    { "E-REF-02", { "参照表没有列“%1”", "the reference table has no column \"%1\"" },
      { "请核对表头和配置中的 columns", "compare the header with `columns` of the configuration" } },
    { "E-REF-03", { "这一行与表头的列数不同,或引号不成对", "this record has not as many cells as the header, or its quoting is broken" },
      { "请改正这一行", "mend this record" } },
    { "E-REF-04", { "“%1”不能作为“%2”的值", "\"%1\" is no value for %2" },
      { "日期写作 2019-01-31,工作日写作 1 或 0,数值只写数字", "days are written 2019-01-31, working days 1 or 0, numbers in digits only" } },
    { "E-REF-05", { "日历在 %1 之前中断、重复或未按日期排序", "the calendar has a gap, a repetition or wrong order before %1" },
      { "日历应逐日列出,不缺不重", "list every day once, in order" } },
    { "E-REF-06", { "“%1”是空的", "%1 is empty" }, { "请补上", "fill it in" } },
    { "E-REF-07", { "“%1”出现两次,意义不同", "\"%1\" occurs twice with different meanings" },
      { "请删去一行", "delete one of the rows" } },
    { "E-REF-08", { "没有配置名为“%1”的报表", "no export \"%1\" is configured" },
      { "请改正编号,或删去这一行", "correct the id or delete the row" } },
    { "E-REF-09", { "参照表不是 UTF-8 编码", "the reference table is not in UTF-8" },
      { "在表格软件中另存为“CSV UTF-8”", "save it as \"CSV UTF-8\"" } },
    { "E-REF-10", { "参数 %1 缺失或无效(“%2”)", "parameter %1 is missing or bad (\"%2\")" },
      { "year 写作 2019,cutoff 写作 2019-12-31", "year is written 2019, cutoff 2019-12-31" } },
};
/* clang-format on */
const size_t msg_count = sizeof msg_table / sizeof msg_table[0];

const struct msg *msg_find(const char *code)
{
    for (size_t i = 0; i < msg_count; i++)
        if (strcmp(msg_table[i].code, code) == 0)
            return &msg_table[i];
    BUG(code);
}

const char *msg_severity(const char *code)
{
    static const struct {
        char letter;
        const char *name;
    } severities[] = {{'E', "error"}, {'W', "warning"}, {'I', "note"}};
    for (size_t i = 0; i < sizeof severities / sizeof severities[0]; i++)
        if (severities[i].letter == code[0])
            return severities[i].name;
    BUG(code);
}

static size_t put(char *out, size_t size, size_t at, const char *s, size_t n)
{
    if (n > size - 1 - at) {
        n = size - 1 - at;
        while (n && ((unsigned char)s[n] & 0xc0) == 0x80)
            n--;
    }
    memcpy(out + at, s, n);
    return at + n;
}

static size_t put_text(char *out, size_t size, size_t at, const char *text,
                       const char *const arg[MSG_ARGS])
{
    while (*text) {
        const char *percent = strchr(text, '%');
        if (!percent || percent[1] < '1' || percent[1] > '9')
            return put(out, size, at, text, strlen(text));
        at = put(out, size, at, text, (size_t)(percent - text));
        const char *a = arg[percent[1] - '1'];
        if (a)
            at = put(out, size, at, a, strlen(a));
        text = percent + 2;
    }
    return at;
}

void msg_format(const char *code, enum lang lang, const char *const arg[MSG_ARGS], char *out,
                size_t size)
{
    const struct msg *m = msg_find(code);
    size_t at = put_text(out, size, 0, m->text[lang], arg);
    if (m->fix[lang][0]) {
        bool asks = at > 0 && out[at - 1] == '?'; /* a question has its mark already */
        const char *sep = lang == LANG_ZH ? (asks ? "" : "。") : (asks ? " " : ". ");
        at = put(out, size, at, sep, strlen(sep));
        at = put_text(out, size, at, m->fix[lang], arg);
    }
    out[at] = '\0';
}
