/*
 * inject: runs a command and makes one system call of it, or of a program that it starts, fail.
 *
 * usage: inject [-o REPORT] [-k KIND] [-n N] [-e ERROR | -s ERROR | -K tree | -K self | -x COMMAND]
 *               PROGRAM ARGUMENT ...
 *
 * The calls of one kind (`kinds` below; `change`: all that change a file system) are counted over
 * the whole tree of processes, in the order in which they happen, and in each program from the
 * moment its loader hands over to it: those before main() are the loader's own. The N-th call is
 * not made but fails with ERROR (a close is made, and says that it failed: that is what Linux
 * does); SHORT instead of an error reads or writes half of what was asked for. With -s all calls
 * from the N-th on fail. -K kills at that moment, with SIGKILL, all of the tree or the process that
 * calls; -x runs a command of the shell while the tree stands still, and then lets the call go on.
 * Writes to stderr are not counted.
 *
 * The report has a line for each call that was counted, `call N PROGRAM NAME PATH`, then `exit
 * STATUS` or `signal NUMBER`: how the command ended. inject itself exits with 0 when the tree has
 * come to an end, whatever it is, and with 2 when that could not be seen to. 77: not on this
 * machine (it knows the registers of x86-64 alone).
 *
 * ptrace(2) tells of the calls, and a seccomp filter chooses which, so that all others run at their
 * usual speed. The calls that the C library makes on behalf of fopen or malloc are seen as well,
 * which a preloaded library would miss.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef __x86_64__
int main(void)
{
    fprintf(stderr, "inject: made for x86-64\n");
    return 77;
}
#else

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the first argument of a call, or the second, is: for the report. */
enum argument { NOTHING, FD, PATH, PATH_AT };

static const struct kind {
    const char *kind, *name;
    long number;
    enum argument what;
    bool changes;
} kinds[] = {
    {"write", "write", SYS_write, FD, true},
    {"write", "pwrite64", SYS_pwrite64, FD, true},
    {"write", "writev", SYS_writev, FD, true},
    {"read", "read", SYS_read, FD, false},
    {"read", "pread64", SYS_pread64, FD, false},
    {"open", "openat", SYS_openat, PATH_AT, true},
    {"open", "open", SYS_open, PATH, true},
    {"close", "close", SYS_close, FD, false},
    {"sync", "fsync", SYS_fsync, FD, true},
    {"sync", "fdatasync", SYS_fdatasync, FD, true},
    {"sync", "syncfs", SYS_syncfs, FD, true},
    {"rename", "rename", SYS_rename, PATH, true},
    {"rename", "renameat", SYS_renameat, PATH_AT, true},
    {"rename", "renameat2", SYS_renameat2, PATH_AT, true},
    {"mmap", "mmap", SYS_mmap, NOTHING, false},
    {"mkdir", "mkdir", SYS_mkdir, PATH, true},
    {"mkdir", "mkdirat", SYS_mkdirat, PATH_AT, true},
    {"unlink", "unlink", SYS_unlink, PATH, true},
    {"unlink", "unlinkat", SYS_unlinkat, PATH_AT, true},
    {"unlink", "rmdir", SYS_rmdir, PATH, true},
    {"link", "link", SYS_link, PATH, true},
    {"link", "linkat", SYS_linkat, PATH_AT, true},
    {"truncate", "ftruncate", SYS_ftruncate, FD, true},
    {"mode", "fchmod", SYS_fchmod, FD, true},
    {"mode", "chmod", SYS_chmod, PATH, true},
    {"mode", "fchmodat", SYS_fchmodat, PATH_AT, true},
    {"stat", "stat", SYS_stat, PATH, false},
    {"stat", "lstat", SYS_lstat, PATH, false},
    {"stat", "fstat", SYS_fstat, FD, false},
    {"stat", "newfstatat", SYS_newfstatat, PATH_AT, false},
    {"stat", "access", SYS_access, PATH, false},
    {"stat", "faccessat", SYS_faccessat, PATH_AT, false},
    {"stat", "readlink", SYS_readlink, PATH, false},
    {"list", "getdents64", SYS_getdents64, FD, false},
    {"lock", "flock", SYS_flock, FD, false},
    {"start", "clone", SYS_clone, NOTHING, false},
    {"start", "clone3", SYS_clone3, NOTHING, false},
    {"start", "vfork", SYS_vfork, NOTHING, false},
    {"wait", "wait4", SYS_wait4, NOTHING, false},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static const struct fault {
    const char *name;
    int number;
} faults[] = {
    {"ENOSPC", ENOSPC}, {"EIO", EIO},       {"EINTR", EINTR},   {"EMFILE", EMFILE},
    {"EAGAIN", EAGAIN}, {"ENOMEM", ENOMEM}, {"EDQUOT", EDQUOT}, {"EACCES", EACCES},
    {"EROFS", EROFS},   {"SHORT", 0},
};

enum { MOST_TASKS = 256 };

struct task {
    pid_t pid;
    bool counted;   /* has its program begun? */
    bool leaving;   /* to be stopped once more when its call has been made */
    uint64_t entry; /* where the program begins, and ... */
    long word;      /* ... what stood there before the trap */
    char program[64];
};

struct inject {
    const char *kind, *kill, *command;
    long n, count;
    int fault; /* errno; 0: short; -1: none */
    bool sticky, done;
    FILE *report;
    struct task task[MOST_TASKS];
    size_t tasks;
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
    exit(2);
}

static bool is_counted(const struct inject *x, const struct kind *k)
{
    if (!x->kind)
        return true;
    return strcmp(x->kind, "change") == 0 ? k->changes : strcmp(x->kind, k->kind) == 0;
}

/* In the child: tell the tracer of these calls, and begin. */
static _Noreturn void begin(const struct inject *x, char **argv)
{
    struct sock_filter code[KINDS + 3];
    unsigned short n = 0, wanted = 0;
    for (size_t i = 0; i < KINDS; i++)
        wanted = (unsigned short)(wanted + is_counted(x, &kinds[i]));
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                             (uint32_t)offsetof(struct seccomp_data, nr));
    for (size_t i = 0, at = 0; i < KINDS; i++)
        if (is_counted(x, &kinds[i]))
            code[n++] =
                (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)kinds[i].number,
                                             (unsigned char)(wanted - at++), 0);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    const struct sock_fprog filter = {n, code};
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        die("ptrace");
    raise(SIGSTOP);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        die("seccomp");
    execvp(argv[0], argv);
    die(argv[0]);
}

static struct task *task_of(struct inject *x, pid_t pid)
{
    for (size_t i = 0; i < x->tasks; i++)
        if (x->task[i].pid == pid)
            return &x->task[i];
    if (x->tasks == MOST_TASKS)
        die("too many processes");
    struct task *t = &x->task[x->tasks++];
    *t = (struct task){.pid = pid, .counted = true, .program = "?"};
    return t;
}

static void forget(struct inject *x, pid_t pid)
{
    struct task *t = task_of(x, pid);
    *t = x->task[--x->tasks];
}

/* A trap at the address that the loader jumps to when it has done. */
static void set_trap(struct task *t)
{
    char path[64], link[PATH_MAX];
    snprintf(path, sizeof path, "/proc/%d/auxv", (int)t->pid);
    FILE *f = fopen(path, "re");
    Elf64_auxv_t v;
    t->entry = 0;
    while (f && fread(&v, sizeof v, 1, f) == 1)
        if (v.a_type == AT_ENTRY)
            t->entry = v.a_un.a_val;
    if (f)
        fclose(f);
    snprintf(path, sizeof path, "/proc/%d/exe", (int)t->pid);
    ssize_t n = readlink(path, link, sizeof link - 1);
    link[n > 0 ? n : 0] = '\0';
    const char *slash = strrchr(link, '/');
    snprintf(t->program, sizeof t->program, "%.60s", slash ? slash + 1 : link);
    t->counted = false;
    errno = 0;
    t->word = ptrace(PTRACE_PEEKTEXT, t->pid, (void *)t->entry, NULL);
    if (errno ||
        ptrace(PTRACE_POKETEXT, t->pid, (void *)t->entry, (void *)((t->word & ~0xffL) | 0xcc)) != 0)
        die("the entry of a program");
}

/* Has it come to the trap? Then its calls count. */
static bool at_trap(struct task *t)
{
    struct user_regs_struct r;
    if (t->counted || !t->entry || ptrace(PTRACE_GETREGS, t->pid, NULL, &r) != 0 ||
        r.rip != t->entry + 1)
        return false;
    r.rip--;
    ptrace(PTRACE_POKETEXT, t->pid, (void *)t->entry, (void *)t->word);
    ptrace(PTRACE_SETREGS, t->pid, NULL, &r);
    t->counted = true;
    return true;
}

/* The file that a call is about, as far as it can be told. */
static void file_of(const struct task *t, const struct kind *k, const struct user_regs_struct *r,
                    char *to, size_t size)
{
    to[0] = '\0';
    if (k->what == FD) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)t->pid, (int)r->rdi);
        ssize_t n = readlink(path, to, size - 1);
        to[n > 0 ? n : 0] = '\0';
    } else if (k->what == PATH || k->what == PATH_AT) {
        uint64_t at = k->what == PATH ? r->rdi : r->rsi;
        for (size_t i = 0; i + 1 < size; i++) {
            struct iovec here = {to + i, 1}, there = {(void *)(at + i), 1};
            if (process_vm_readv(t->pid, &here, 1, &there, 1, 0) != 1 || !to[i]) {
                to[i] = '\0';
                break;
            }
        }
    }
    for (char *c = to; *c; c++)
        if (*c == '\n')
            *c = '?';
}

/* The call of t that is about to be made is the one: what happens to it. */
static void strike(struct inject *x, struct task *t, const struct kind *k,
                   struct user_regs_struct *r)
{
    x->done = true;
    if (x->kill) {
        for (size_t i = 0; i < x->tasks; i++)
            if (strcmp(x->kill, "tree") == 0 || x->task[i].pid == t->pid)
                kill(x->task[i].pid, SIGKILL);
    } else if (x->command) {
        if (system(x->command) != 0)
            fprintf(stderr, "inject: the command failed: %s\n", x->command);
    } else if (x->fault == 0) {
        r->rdx = r->rdx > 1 ? r->rdx / 2 : r->rdx;
        ptrace(PTRACE_SETREGS, t->pid, NULL, r);
    } else if (k->number == SYS_close) {
        t->leaving = true;
    } else {
        r->orig_rax = (uint64_t)-1;
        r->rax = 0ULL - (unsigned)x->fault;
        ptrace(PTRACE_SETREGS, t->pid, NULL, r);
    }
}

static void on_call(struct inject *x, struct task *t)
{
    struct user_regs_struct r;
    if (!t->counted || ptrace(PTRACE_GETREGS, t->pid, NULL, &r) != 0)
        return;
    const struct kind *k = kinds;
    while (k < kinds + KINDS - 1 && k->number != (long)r.orig_rax)
        k++;
    /* Only an open that may make a file changes something. */
    if (x->kind && strcmp(x->kind, "change") == 0 && strcmp(k->kind, "open") == 0 &&
        !((k->what == PATH ? r.rsi : r.rdx) & (O_CREAT | O_TRUNC)))
        return;
    /* What is said of a failure is none of what fails. */
    if (strcmp(k->kind, "write") == 0 && r.rdi == STDERR_FILENO)
        return;
    char file[PATH_MAX];
    file_of(t, k, &r, file, sizeof file);
    x->count++;
    fprintf(x->report, "call %ld %s %s %s\n", x->count, t->program, k->name, file);
    if (x->n && (x->count == x->n || (x->sticky && x->count > x->n)))
        strike(x, t, k, &r);
}

/* One stop of one task; the signal to hand on. */
static int on_stop(struct inject *x, struct task *t, int state, bool *to_its_end)
{
    int sig = WSTOPSIG(state), event = state >> 16;
    *to_its_end = false;
    if (event == PTRACE_EVENT_SECCOMP) {
        on_call(x, t);
        *to_its_end = t->leaving;
        return 0;
    }
    if (event == PTRACE_EVENT_EXEC)
        set_trap(t);
    if (event == PTRACE_EVENT_CLONE || event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
        unsigned long child;
        if (ptrace(PTRACE_GETEVENTMSG, t->pid, NULL, &child) == 0)
            memcpy(task_of(x, (pid_t)child)->program, t->program, sizeof t->program);
    }
    if (event)
        return 0;
    if (sig == (SIGTRAP | 0x80)) { /* the end of a close */
        struct user_regs_struct r;
        if (t->leaving && ptrace(PTRACE_GETREGS, t->pid, NULL, &r) == 0) {
            r.rax = 0ULL - (unsigned)x->fault;
            ptrace(PTRACE_SETREGS, t->pid, NULL, &r);
        }
        t->leaving = false;
        return 0;
    }
    if (sig == SIGSTOP || (sig == SIGTRAP && at_trap(t)))
        return 0;
    return sig;
}

/* Until nothing of the tree is left; how its root ended. */
static int follow(struct inject *x, pid_t root)
{
    int state, end = 0;
    for (pid_t pid; (pid = waitpid(-1, &state, __WALL)) > 0 || errno == EINTR;) {
        if (pid < 0)
            continue;
        if (WIFEXITED(state) || WIFSIGNALED(state)) {
            if (pid == root)
                end = state;
            forget(x, pid);
            continue;
        }
        bool to_its_end;
        int sig = on_stop(x, task_of(x, pid), state, &to_its_end);
        ptrace(to_its_end ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL, (void *)(long)sig);
    }
    return end;
}

static int fault_called(const char *name)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (strcmp(faults[i].name, name) == 0)
            return faults[i].number;
    errno = EINVAL;
    die(name);
}

static void take_options(struct inject *x, int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "+o:k:n:e:s:K:x:")) != -1;) {
        if (c == 'o')
            x->report = fopen(optarg, "we");
        else if (c == 'k')
            x->kind = optarg;
        else if (c == 'n')
            x->n = strtol(optarg, NULL, 10);
        else if (c == 'e' || c == 's')
            x->fault = fault_called(optarg);
        else if (c == 'K')
            x->kill = optarg;
        else if (c == 'x')
            x->command = optarg;
        else
            exit(2);
        x->sticky = x->sticky || c == 's';
    }
    if (!x->report)
        die("the report");
}

int main(int argc, char **argv)
{
    static struct inject x = {.fault = -1};
    x.report = stderr;
    take_options(&x, argc, argv);
    if (optind >= argc)
        die("no program");
    pid_t root = fork();
    if (root == 0)
        begin(&x, argv + optind);
    int state;
    if (root < 0 || waitpid(root, &state, 0) != root || !WIFSTOPPED(state))
        die("fork");
    long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXEC |
                   PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                   PTRACE_O_TRACESYSGOOD;
    if (ptrace(PTRACE_SETOPTIONS, root, NULL, (void *)options) != 0)
        die("ptrace");
    task_of(&x, root);
    ptrace(PTRACE_CONT, root, NULL, NULL);
    int end = follow(&x, root);
    if (WIFSIGNALED(end))
        fprintf(x.report, "signal %d\n", WTERMSIG(end));
    else
        fprintf(x.report, "exit %d\n", WEXITSTATUS(end));
    return fclose(x.report) == 0 ? 0 : 2;
}

#endif
