# Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
#
# Read by bin/sedna before it runs a command. Everything here has a default; take the # away to change it.

# JDK 17 or later.
# export JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64

# Hadoop 3.5, and its settings where they are not in its own etc/hadoop.
# export HADOOP_HOME=/opt/hadoop
# export HADOOP_CONF_DIR=/etc/hadoop/conf

# Java options of every command, and maximum heap of every command.
# SEDNA_OPTS="-Dsedna.instance=mystore"
# SEDNA_HEAPSIZE=1g

# Java options of one kind of command.
# SEDNA_CLIENT_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# SEDNA_DAEMON_OPTS="-Xmx4g"
# SEDNA_STANDALONE_OPTS="-Xmx1g"

# Level and appender of log4j.properties.
# SEDNA_ROOT_LOGGER=INFO,console
