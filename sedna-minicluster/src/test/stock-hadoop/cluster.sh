#!/usr/bin/env bash
# Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
#
# A stock Hadoop cluster of separate processes on one machine: ZooKeeper, NameNode, DataNodes, ResourceManager and
# NodeManagers, each at a loopback address of its own with Hadoop's default ports, so that nodes are distinct hosts
# and clusters do not meet.
#
#   cluster.sh start DIR [NODES]   start a cluster with its state under DIR (default 4 nodes on 2 racks); prints the
#                                  environment that clients need
#   cluster.sh stop DIR            stop its processes, with the containers that they left
#
# The jars are those of Hadoop's distribution, resolved by Maven from the pom.xml beside this script into DIR/lib, or
# taken from STOCK_HADOOP_LIB. DIR becomes a HADOOP_HOME with bin/hadoop, bin/yarn and etc/hadoop.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
usage() {
  sed -n '4,14p' "${BASH_SOURCE[0]}" | sed 's/^# \{0,1\}//'
  exit 2
}
[[ $# -ge 2 ]] || usage
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
nodes=${3:-4}
# NodeManagers hand their JAVA_HOME to containers.
export JAVA_HOME=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}
java=$JAVA_HOME/bin/java
opens=(--add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED)
# For processes that end soon.
short="${opens[*]} -XX:+UseSerialGC -XX:TieredStopAtLevel=1"

property() { printf '  <property><name>%s</name><value>%s</value></property>\n' "$1" "$2"; }

# site FILE NAME VALUE [NAME VALUE ...]
site() {
  local file=$1
  shift
  {
    echo '<?xml version="1.0"?>'
    echo '<configuration>'
    while [[ $# -gt 0 ]]; do
      property "$1" "$2"
      shift 2
    done
    echo '</configuration>'
  } >"$file"
}

# One address block a cluster: 127.B.C.x; .1 is the master, .11 and on are the nodes.
network() {
  if [[ ! -s $dir/network ]]; then
    echo "127.$((RANDOM % 200 + 20)).$((RANDOM % 250 + 1))" >"$dir/network"
  fi
  cat "$dir/network"
}

# conf HOST FOLDER: the configuration of one host. The NameNode tells DataNodes apart by the address that they connect
# from, which is 127.0.0.1 for all, and their port: so they listen there, each on any free port.
conf() {
  local host=$1 folder=$2 net
  net=$(network)
  mkdir -p "$folder" "$dir/data/$host" "$dir/logs"
  site "$folder/core-site.xml" \
    fs.defaultFS "hdfs://$net.1:8020" \
    hadoop.tmp.dir "$dir/data/$host/tmp" \
    hadoop.proxyuser.root.hosts '*' \
    net.topology.node.switch.mapping.impl org.apache.hadoop.net.TableMapping \
    net.topology.table.file.name "$dir/topology"
  site "$folder/hdfs-site.xml" \
    dfs.namenode.rpc-address "$net.1:8020" \
    dfs.namenode.http-address "$net.1:9870" \
    dfs.namenode.secondary.http-address "$net.1:9868" \
    dfs.namenode.name.dir "file://$dir/data/$host/name" \
    dfs.namenode.datanode.registration.ip-hostname-check false \
    dfs.datanode.data.dir "file://$dir/data/$host/blocks" \
    dfs.datanode.hostname "$host" \
    dfs.datanode.address 127.0.0.1:0 \
    dfs.datanode.http.address 127.0.0.1:0 \
    dfs.datanode.ipc.address 127.0.0.1:0 \
    dfs.datanode.du.reserved 0 \
    dfs.replication 2
  site "$folder/yarn-site.xml" \
    yarn.resourcemanager.hostname "$net.1" \
    yarn.resourcemanager.scheduler.class \
    org.apache.hadoop.yarn.server.resourcemanager.scheduler.capacity.CapacityScheduler \
    yarn.resourcemanager.am.max-attempts 4 \
    yarn.nm.liveness-monitor.expiry-interval-ms 20000 \
    yarn.scheduler.minimum-allocation-mb 128 \
    yarn.scheduler.maximum-allocation-mb 4096 \
    yarn.nodemanager.hostname "$host" \
    yarn.nodemanager.address "$host:8041" \
    yarn.nodemanager.localizer.address "$host:8040" \
    yarn.nodemanager.webapp.address "$host:8042" \
    yarn.nodemanager.resource.memory-mb 4096 \
    yarn.nodemanager.resource.cpu-vcores 8 \
    yarn.nodemanager.local-dirs "$dir/data/$host/nm-local" \
    yarn.nodemanager.log-dirs "$dir/logs/$host/containers" \
    yarn.nodemanager.delete.debug-delay-sec 600 \
    yarn.nodemanager.aux-services mapreduce_shuffle \
    yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage 99.5 \
    yarn.nodemanager.env-whitelist JAVA_HOME,HADOOP_COMMON_HOME,HADOOP_HDFS_HOME,HADOOP_CONF_DIR,HADOOP_YARN_HOME,HADOOP_HOME,PATH,LANG \
    yarn.application.classpath "$dir/etc/hadoop,$dir/lib/*"
  site "$folder/mapred-site.xml" \
    mapreduce.framework.name yarn \
    mapreduce.shuffle.port 0 \
    mapreduce.application.classpath "$dir/etc/hadoop,$dir/lib/*" \
    yarn.app.mapreduce.am.resource.mb 512 \
    yarn.app.mapreduce.am.command-opts "-Xmx384m $short" \
    mapreduce.map.memory.mb 512 \
    mapreduce.reduce.memory.mb 512 \
    mapreduce.map.java.opts "-Xmx384m $short" \
    mapreduce.reduce.java.opts "-Xmx384m $short"
  site "$folder/capacity-scheduler.xml" \
    yarn.scheduler.capacity.root.queues default \
    yarn.scheduler.capacity.root.default.capacity 100 \
    yarn.scheduler.capacity.maximum-am-resource-percent 0.5 \
    yarn.scheduler.capacity.node-locality-delay 0 \
    yarn.scheduler.capacity.resource-calculator org.apache.hadoop.yarn.util.resource.DefaultResourceCalculator
  cat >"$folder/log4j.properties" <<'LOG'
log4j.rootLogger=INFO,console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=System.err
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c: %m%n
LOG
}

# run NAME HOST HEAP CLASS [ARG ...]: a daemon in the background, its output in logs/NAME.log, its pid in pids/NAME.
run() {
  local name=$1 host=$2 heap=$3
  shift 3
  mkdir -p "$dir/pids" "$dir/logs/$host/containers"
  HADOOP_CONF_DIR=$dir/conf/$host HADOOP_HOME=$dir HADOOP_COMMON_HOME=$dir HADOOP_HDFS_HOME=$dir HADOOP_YARN_HOME=$dir \
    setsid nohup "$java" "-Xmx$heap" "${opens[@]}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -cp "$dir/conf/$host:$dir/web:$dir/lib/*" "$@" >"$dir/logs/$name.log" 2>&1 </dev/null &
  echo $! >"$dir/pids/$name"
}

# await WHAT SECONDS COMMAND...: until the command succeeds.
await() {
  local what=$1 until=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS > until)); then
      echo "$what did not come up; see $dir/logs" >&2
      return 1
    fi
    sleep 0.3
  done
}

port() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

live_nodes() {
  [[ $(curl -sf "http://$(network).1:8088/ws/v1/cluster/metrics" | sed -n 's/.*"activeNodes":\([0-9]*\).*/\1/p') -ge $nodes ]]
}

live_datanodes() {
  [[ $(curl -sf "http://$(network).1:9870/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState" |
    sed -n 's/.*"NumLiveDataNodes" : \([0-9]*\).*/\1/p') -ge $nodes ]]
}

wrappers() {
  mkdir -p "$dir/bin"
  cat >"$dir/bin/hadoop" <<WRAPPER
#!/usr/bin/env bash
# The part of Hadoop's launcher that clients of this cluster use: classpath, jar, fs, CLASS.
export HADOOP_HOME=$dir HADOOP_CONF_DIR=\${HADOOP_CONF_DIR:-$dir/etc/hadoop}
cp="\$HADOOP_CONF_DIR:$dir/lib/*\${HADOOP_CLASSPATH:+:\$HADOOP_CLASSPATH}"
command=\$1
shift
case \$command in
  classpath) echo "\$cp"; exit ;;
  jar) class=org.apache.hadoop.util.RunJar ;;
  fs | dfs) class=org.apache.hadoop.fs.FsShell ;;
  application) class=org.apache.hadoop.yarn.client.cli.ApplicationCLI; set -- application "\$@" ;;
  logs) class=org.apache.hadoop.yarn.client.cli.LogsCLI ;;
  *) class=\$command ;;
esac
exec $java -Xmx256m $short \${HADOOP_OPTS:-} -cp "\$cp" \$class "\$@"
WRAPPER
  cp "$dir/bin/hadoop" "$dir/bin/yarn"
  cp "$dir/bin/hadoop" "$dir/bin/mapred"
  chmod +x "$dir"/bin/*
}

start() {
  local net master i host
  net=$(network)
  master=$net.1
  mkdir -p "$dir/logs"
  if [[ -n ${STOCK_HADOOP_LIB:-} ]]; then
    ln -sfn "$STOCK_HADOOP_LIB" "$dir/lib"
  elif [[ ! -d $dir/lib ]]; then
    mvn -B -q -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime "-DoutputDirectory=$dir/lib" >&2
  fi
  : >"$dir/topology"
  for ((i = 1; i <= nodes; i++)); do
    echo "$net.$((10 + i)) /rack-$(((i - 1) % 2 + 1))" >>"$dir/topology"
  done
  conf "$master" "$dir/conf/$master"
  mkdir -p "$dir/etc"
  ln -sfn "$dir/conf/$master" "$dir/etc/hadoop"
  wrappers
  # The NameNode and the DataNodes want the folders of their web pages, which only the distribution's archive has.
  mkdir -p "$dir"/web/webapps/{hdfs,datanode,secondary}

  printf 'tickTime=1000\ndataDir=%s\nclientPort=2181\nclientPortAddress=%s\nmaxClientCnxns=0\nadmin.enableServer=false\n4lw.commands.whitelist=*\n' \
    "$dir/data/zookeeper" "$master" >"$dir/conf/$master/zoo.cfg"
  run zookeeper "$master" 128m org.apache.zookeeper.server.quorum.QuorumPeerMain "$dir/conf/$master/zoo.cfg"
  if [[ ! -d $dir/data/$master/name ]]; then
    HADOOP_CONF_DIR=$dir/conf/$master "$java" -Xmx256m "${opens[@]}" -cp "$dir/conf/$master:$dir/lib/*" \
      org.apache.hadoop.hdfs.server.namenode.NameNode -format -nonInteractive >"$dir/logs/format.log" 2>&1
  fi
  run namenode "$master" 256m org.apache.hadoop.hdfs.server.namenode.NameNode
  run resourcemanager "$master" 384m org.apache.hadoop.yarn.server.resourcemanager.ResourceManager
  for ((i = 1; i <= nodes; i++)); do
    host=$net.$((10 + i))
    conf "$host" "$dir/conf/$host"
    run "datanode-$i" "$host" 192m org.apache.hadoop.hdfs.server.datanode.DataNode
    run "nodemanager-$i" "$host" 256m org.apache.hadoop.yarn.server.nodemanager.NodeManager
  done
  await ZooKeeper 30 port "$master" 2181
  await HDFS 90 live_datanodes
  await YARN 90 live_nodes
  echo "export HADOOP_HOME=$dir HADOOP_CONF_DIR=$dir/etc/hadoop STOCK_ZOOKEEPER=$master:2181 STOCK_RM=http://$master:8088"
}

stop() {
  local pid
  for pid in "$dir"/pids/*; do
    [[ -e $pid ]] || continue
    kill -9 "$(cat "$pid")" 2>/dev/null || true
    rm -f "$pid"
  done
  # Containers are children of no process of ours by now; their command lines name the cluster's folders.
  pkill -9 -f "$dir/(data|logs)/" 2>/dev/null || true
}

case $command in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
