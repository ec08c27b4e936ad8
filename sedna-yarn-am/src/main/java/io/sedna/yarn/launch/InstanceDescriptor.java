// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.InstanceName;
import io.sedna.common.id.NodeId;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What an instance was created as, and how many daemons it should have now. Kept beside its jar on
 * the cluster's file system, so that it can be started again as it was. Immutable.
 *
 * @param daemons how many there should be
 * @param memoryMb container size of a daemon, in MiB
 * @param queue queue that it is submitted to
 * @param allowColocation whether daemons may share a node where there is no other way
 * @param settings Sedna's settings that were chosen for it, and those of its Hadoop that are not
 *     Hadoop's defaults
 * @param createdAtMs when it was created, in milliseconds since 1970
 */
@InterfaceAudience.Private
@InterfaceStability.Evolving
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstanceDescriptor(
    String name,
    int daemons,
    int memoryMb,
    int vcores,
    String queue,
    boolean allowColocation,
    Map<String, String> settings,
    long createdAtMs) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * @throws SednaException INVALID_NAME or INVALID_ARGUMENT with the value
   */
  public InstanceDescriptor {
    new InstanceName(name);
    if (daemons < 1 || daemons > 10_000) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "daemons=" + daemons + " is not 1 to 10000");
    }
    if (vcores < 1) {
      throw new SednaException(ErrorCode.INVALID_ARGUMENT, "vcores=" + vcores + " is less than 1");
    }
    new NodeId(nodeId(name, daemons));
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  public InstanceDescriptor withDaemons(int count) {
    return new InstanceDescriptor(
        name, count, memoryMb, vcores, queue, allowColocation, settings, createdAtMs);
  }

  public InstanceDescriptor withSettings(Map<String, String> more) {
    var all = new TreeMap<>(settings);
    all.putAll(more);
    return new InstanceDescriptor(
        name, daemons, memoryMb, vcores, queue, allowColocation, all, createdAtMs);
  }

  public InstanceDescriptor withoutSetting(String key) {
    var all = new TreeMap<>(settings);
    all.remove(key);
    return new InstanceDescriptor(
        name, daemons, memoryMb, vcores, queue, allowColocation, all, createdAtMs);
  }

  /** Stable name of the daemon in a slot. */
  public String nodeId(int slot) {
    return nodeId(name, slot);
  }

  private static String nodeId(String name, int slot) {
    return name + "-" + slot;
  }

  public byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new SednaException(ErrorCode.INTERNAL, "cannot write the description of " + name, e);
    }
  }

  /**
   * @param source where the bytes are from, for the message
   * @throws SednaException INTERNAL naming the source, if it is no description
   */
  public static InstanceDescriptor fromJson(byte[] json, String source) {
    try {
      return JSON.readValue(json, InstanceDescriptor.class);
    } catch (IOException e) {
      throw new SednaException(ErrorCode.INTERNAL, source + " is no description of an instance", e);
    }
  }
}
