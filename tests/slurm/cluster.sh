# A Slurm cluster of two virtual nodes on this host, for tests: sourced, not run.
# shellcheck shell=bash
#
#   cluster_use FOLDER        names the folder of the cluster; exports SLURM_CONF, with which
#                             sbatch and the others find it
#   cluster_missing           why there can be none here; nothing when there can
#   cluster_start             a controller, a munge of its own and the nodes n1 and n2
#   cluster_node NAME         starts a node (again)
#   cluster_kill_node NAME    cuts its power: slurmd and every task on it die at once
#   cluster_stop              ends all of it; also what an earlier, killed test has left in FOLDER
#
# Each node is a process namespace, so that ending its first process ends everything on it, as a
# loss of power would. FOLDER keeps logs and process ids; sockets lie in a short path of their own.

cluster_use()
{
    cluster=$1
    export PATH=$PATH:/usr/sbin:/sbin SLURM_CONF=$cluster/slurm.conf
}

cluster_missing()
{
    local program
    for program in sbatch squeue scancel scontrol slurmctld slurmd munged unshare; do
        command -v "$program" >/dev/null ||
            { echo "$program is not installed (slurm-wlm, munge)"; return; }
    done
    [ "$(id -u)" = 0 ] || { echo "slurmd and slurmctld want to be root"; return; }
    unshare --pid --fork --mount-proc --kill-child true 2>/dev/null ||
        echo "no process namespaces here"
}

# Three ports that nobody listens on, one behind the other
cluster_ports()
{
    local first port
    for first in $(shuf -i 20000-29000 -n 20); do
        for port in "$first" $((first + 1)) $((first + 2)); do
            (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue 2
        done
        echo "$first"
        return
    done
    return 1
}

cluster_configure()
{
    local host port
    host=$(hostname)
    port=$(cluster_ports) || return
    cat >"$SLURM_CONF" <<CONF
ClusterName=tongji
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$cluster_sockets/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool/%n
SlurmctldPidFile=$cluster/run/controller
SlurmdPidFile=$cluster/run/slurmd.%n
SlurmctldLogFile=$cluster/log/controller
SlurmdLogFile=$cluster/log/%n
ReturnToService=2
SlurmdTimeout=10
KillWait=2
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0
NodeName=n[1-2] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 2))] CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=n[1-2] Default=YES State=UP
PartitionName=spare Nodes=n2 State=UP
CONF
}

# cluster_background NAME COMMAND ...: its process id in run/NAME.pid
cluster_background()
{
    local name=$1
    shift
    setsid "$@" </dev/null >>"$cluster/log/$name.out" 2>&1 &
    echo $! >"$cluster/run/$name.pid"
    disown # whose end is no news
}

# cluster_end NAME SIGNAL: ends what cluster_background has started, if it still is that
cluster_end()
{
    local file=$cluster/run/$1.pid pid
    [ -s "$file" ] || return 0
    pid=$(cat "$file")
    rm -f "$file"
    # A number may be another program's by now: ours has our folder in its environment.
    tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qxF "SLURM_CONF=$SLURM_CONF" || return 0
    kill "-$2" "$pid" 2>/dev/null
    for _ in $(seq 50); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null
}

cluster_node()
{
    cluster_background "$1" unshare --pid --fork --mount-proc --kill-child slurmd -D -N "$1"
}

cluster_kill_node()
{
    cluster_end "$1" KILL
}

# cluster_wait SECONDS COMMAND ...: until it succeeds
cluster_wait()
{
    local until=$((SECONDS + $1))
    shift
    while ! "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $until ] || return
        sleep 0.2
    done
}

cluster_idle()
{
    [ "$(sinfo -h -p main -t idle -o %D)" = 2 ]
}

cluster_start()
{
    cluster_stop
    rm -rf "$cluster"
    mkdir -p "$cluster"/{run,log,state,spool}
    # A socket has room for a hundred letters, and munge wants to be reached by everyone.
    cluster_sockets=$(mktemp -d /tmp/tongji-slurm.XXXXXX) || return
    ln -s "$cluster_sockets" "$cluster/sockets"
    chmod 755 "$cluster_sockets"
    chown munge: "$cluster_sockets"
    (umask 077 && head -c 128 /dev/urandom >"$cluster_sockets/key")
    chown munge: "$cluster_sockets/key"
    cluster_configure || return
    cluster_background munge setpriv --reuid=munge --regid=munge --clear-groups \
        munged --foreground --socket="$cluster_sockets/munge" --key-file="$cluster_sockets/key" \
        --pid-file="$cluster_sockets/pid" --seed-file="$cluster_sockets/seed" \
        --log-file="$cluster_sockets/log"
    cluster_wait 20 test -S "$cluster_sockets/munge" || return
    cluster_background controller slurmctld -D
    cluster_wait 20 scontrol ping || return
    cluster_node n1
    cluster_node n2
    cluster_wait 60 cluster_idle
}

cluster_stop()
{
    local name
    [ -d "$cluster/run" ] || return 0
    for name in n1 n2; do
        cluster_end "$name" KILL
    done
    cluster_end controller TERM
    cluster_end munge TERM
    [ ! -L "$cluster/sockets" ] || rm -rf "$(readlink "$cluster/sockets")" "$cluster/sockets"
}
