/* What is said to Slurm's programs, and what they answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "pipeline/run/slurm.h"
#include "tests/unit/scratch.h"

static void assert_str(struct str got, const char *want)
{
    assert_int_equal(got.n, strlen(want));
    assert_memory_equal(got.p, want, got.n);
}

/* Lines as squeue of Slurm 22.05 prints them in the format of slurm.c. */
static void lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool is;
        int64_t job;
        size_t index;
        enum slurm_phase phase;
        enum slurm_end end;
        const char *node, *reason;
    } rows[] = {
        {"42|5|FAILED|n1|NonZeroExitCode", true, 42, 5, SLURM_OVER, SLURM_FAILED, "n1",
         "NonZeroExitCode"},
        {"43|N/A|PENDING||Dependency", true, 43, 0, SLURM_WAITING, SLURM_FINE, "", "Dependency"},
        {"46|3|RUNNING|n2|None", true, 46, 3, SLURM_RUNNING, SLURM_FINE, "n2", "None"},
        {"46|4|NODE_FAIL|n2|None", true, 46, 4, SLURM_OVER, SLURM_LOST, "n2", "None"},
        {"47|N/A|CANCELLED||DependencyNeverSatisfied", true, 47, 0, SLURM_OVER, SLURM_TAKEN, "",
         "DependencyNeverSatisfied"},
        {"48|1|COMPLETED|n1|None", true, 48, 1, SLURM_OVER, SLURM_FINE, "n1", "None"},
        {"48|2|OUT_OF_MEMORY|n1|OutOfMemory", true, 48, 2, SLURM_OVER, SLURM_FAILED, "n1",
         "OutOfMemory"},
        {"48|3|TIMEOUT|n1|TimeLimit", true, 48, 3, SLURM_OVER, SLURM_FAILED, "n1", "TimeLimit"},
        /* waits for an administrator, who sleeps */
        {"49|7|PENDING||launch failed requeued held", true, 49, 7, SLURM_OVER, SLURM_LOST, "",
         "launch failed requeued held"},
        {"49|8|PENDING||held | by | whom", true, 49, 8, SLURM_WAITING, SLURM_FINE, "",
         "held | by | whom"},
        {"50|N/A|A_STATE_OF_2040|n1|None", true, 50, 0, SLURM_RUNNING, SLURM_FINE, "n1", "None"},
        {"50|N/A|RUNNING|n1", false, 0, 0, SLURM_OVER, SLURM_FINE, "", ""},
        {"slurm_load_jobs error: Unable to contact slurm controller", false, 0, 0, SLURM_OVER,
         SLURM_FINE, "", ""},
        {"", false, 0, 0, SLURM_OVER, SLURM_FINE, "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct slurm_seen seen;
        assert_int_equal(slurm_parse(str_c(rows[i].line), &seen), rows[i].is);
        if (!rows[i].is)
            continue;
        assert_int_equal(seen.job, rows[i].job);
        assert_int_equal(seen.index, rows[i].index);
        assert_int_equal(seen.state->phase, rows[i].phase);
        assert_int_equal(seen.state->end, rows[i].end);
        assert_str(seen.node, rows[i].node);
        assert_str(seen.reason, rows[i].reason);
    }
}

static bool is_marked(void *context, size_t i)
{
    return ((const char *)context)[i - 1] == 'x';
}

static void indices(void **state)
{
    (void)state;
    static const struct {
        const char *marks, *text;
    } rows[] = {
        {"xxxx", "1-4"},    {"x", "1"},  {"x.x", "1,3"}, {"..xx", "3-4"},
        {"xx.x.", "1-2,4"}, {".", NULL}, {"", NULL},     {"x.xx.xxx", "1,3-4,6-8"},
    };
    struct arena a = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text =
            slurm_indices(&a, strlen(rows[i].marks), is_marked, (void *)(uintptr_t)rows[i].marks);
        if (rows[i].text)
            assert_string_equal(text, rows[i].text);
        else
            assert_null(text);
    }
    arena_release(&a);
}

/* Joined by blanks. */
static const char *joined(struct arena *a, char **word)
{
    struct strbuf b = {0};
    for (; *word; word++)
        strbuf_printf(&b, "%s%s", b.n ? " " : "", *word);
    const char *text = arena_str(a, strbuf_str(&b)).p;
    strbuf_release(&b);
    return text;
}

#define FIXED                                                                                      \
    "--parsable --requeue --nodes=1 --ntasks=1 --input=/dev/null --output=/dev/null "              \
    "--error=/dev/null "

static void commands(void **state)
{
    (void)state;
    struct str option[] = {STR("--qos=night"), STR("--comment=a b")};
    const struct conf_slurm none = {.cpus = 1};
    const struct conf_slurm all = {.partition = STR("p q"),
                                   .account = STR("a;b"),
                                   .time = STR("1:00"),
                                   .memory = STR("2G"),
                                   .options = {option, 2},
                                   .at_once = 4};
    char *word[] = {(char *)(uintptr_t) "t.sh", (char *)(uintptr_t) "$(x) 'y'", NULL};
    const struct {
        struct slurm_job job;
        const char *line;
    } rows[] = {
        {{&none, "j", "clean", NULL, 0, 1, word},
         "sbatch " FIXED "--cpus-per-task=1 --job-name=j --comment=clean t.sh $(x) 'y'"},
        {{&none, "j", "clean", "1-4,7", 0, 2, word},
         "sbatch " FIXED
         "--cpus-per-task=2 --job-name=j --comment=clean --array=1-4,7 t.sh $(x) 'y'"},
        {{&all, "j", "clean", "1-9", 0, 2, word},
         "sbatch --qos=night --comment=a b --partition=p q --account=a;b --time=1:00 "
         "--mem=2G " FIXED
         "--cpus-per-task=2 --job-name=j --comment=clean --array=1-9%4 t.sh $(x) 'y'"},
        {{&none, "j", "clean", NULL, 17, 1, word},
         "sbatch " FIXED "--cpus-per-task=1 --job-name=j --comment=clean --dependency=afterok:17 "
         "--kill-on-invalid-dep=yes t.sh $(x) 'y'"},
    };
    struct arena a = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char **got = slurm_command(&a, &rows[i].job);
        assert_string_equal(joined(&a, got), rows[i].line);
        size_t n = 0;
        while (got[n])
            n++;
        assert_string_equal(got[n - 1], "$(x) 'y'"); /* one word, as it was */
    }
    arena_release(&a);
}

/* With programs in the place of Slurm's. */
static void answers(void **state)
{
    (void)state;
    static const struct {
        const char *sbatch;
        int64_t id; /* 0: fails */
    } rows[] = {
        {"#!/bin/sh\necho 17\n", 17},
        {"#!/bin/sh\necho '18;cluster'; echo a warning >&2\n", 18},
        {"#!/bin/sh\necho 'Invalid partition' >&2; exit 1\n", 0},
        {"#!/bin/sh\necho 'Submitted batch job 17'\n", 0},
        {"#!/bin/sh\necho 0\n", 0},
        {"#!/bin/sh\n", 0},
    };
    struct scratch s;
    scratch_make(&s);
    char *path = getenv("PATH");
    char with[4096];
    snprintf(with, sizeof with, "%s:%s", s.dir, path ? path : "");
    assert_int_equal(setenv("PATH", with, 1), 0);
    const struct conf_slurm settings = {.cpus = 1};
    char *word[] = {(char *)(uintptr_t) "t.sh", NULL};
    const struct slurm_job job = {&settings, "j", "clean", NULL, 0, 1, word};
    struct arena a = {0};
    struct err e;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t id = 0;
        assert_int_equal(chmod(scratch_write(&s, "sbatch", rows[i].sbatch), 0755), 0);
        e = (struct err){0};
        assert_int_equal(slurm_submit(&a, &job, &id, &e), rows[i].id != 0);
        if (rows[i].id) {
            assert_int_equal(id, rows[i].id);
        } else {
            assert_string_equal(e.code, "E-SLURM-01");
            assert_int_equal(e.status, ST_SYSTEM);
        }
    }
    assert_int_equal(
        chmod(scratch_write(&s, "squeue",
                            "#!/bin/sh\n[ \"$1\" = --name=j ] || exit 1\n"
                            "echo '7|1|RUNNING|n1|None'; echo; echo '8|N/A|PENDING||None'\n"),
              0755),
        0);
    struct slurm_seen *seen;
    size_t n = 0;
    assert_true(slurm_list(&a, "j", &seen, &n, &e));
    assert_int_equal(n, 2);
    assert_int_equal(seen[1].job, 8);
    assert_false(slurm_list(&a, "another", &seen, &n, &e));
    assert_string_equal(e.code, "E-SLURM-01");
    assert_non_null(strstr(e.text[LANG_EN], "squeue of Slurm failed: exit 1"));
    if (path)
        setenv("PATH", with + strlen(s.dir) + 1, 1);
    arena_release(&a);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines), cmocka_unit_test(indices),
                                       cmocka_unit_test(commands), cmocka_unit_test(answers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
