/**
 * What it takes to start a process of an instance in a container: its description and files on the
 * cluster's file system, its memory, command line, environment and settings. Used by the submission
 * client and the application master; uses {@code io.sedna.common} and Hadoop.
 */
package io.sedna.yarn.launch;
