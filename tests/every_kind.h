/*
 * A configuration with columns of every kind, for tests and fuzz targets.
 */
#ifndef TESTS_EVERY_KIND_H
#define TESTS_EVERY_KIND_H

/* clang-format off */
#define EVERY_KIND \
    "[tongji]\ntitle = t\n[parameters]\nyear = 2019\ncity = 乌鲁木齐市\ndistrict = 米东区\n" \
    "[enum 状态]\n受理 = 已受理\n办结 = 准予, test\n" \
    "[levels 深度]\nsplit = ^\n0 = 0, 9\n1 = 1\n2 = 2, 网上预审(Ⅱ级)\n4 = 7\n" \
    "[type 文号]\nkind = text\nreplace 〔 = [ ( 【\nreplace 〕 = ] ) 】\nsuffix = 号\n" \
    "[type 地点]\nkind = text\nstrip_prefix = $city, $district\n" \
    "[type 证件]\nkind = code\nupgrade_id = yes\n" \
    "[type 区划]\nkind = code\nwidth = 6\ncheck = gb32100, gb11643\n" \
    "[export X]\ncolumn text = A : text, key\ncolumn code = B : code\ncolumn id = C : 证件\n" \
    "column doc = D : 文号\ncolumn place = E : 地点\ncolumn date = F : date\n" \
    "column at = G : datetime\ncolumn year = H : year\ncolumn month = I : month\n" \
    "column n = J : count\ncolumn m = K : money\ncolumn e = L : enum 状态\n" \
    "column level = M : level 深度\ncolumn yes = N : yesno\ncolumn name = O : verbatim\n" \
    "column region = P : 区划\n"
/* clang-format on */

#endif
