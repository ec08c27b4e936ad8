// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import io.sedna.client.SednaClient;
import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.YarnConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.InstanceName;
import io.sedna.common.snapshot.SnapshotDirectory;
import io.sedna.common.snapshot.SnapshotNames;
import io.sedna.yarn.launch.InstanceConnector;
import io.sedna.yarn.launch.InstanceDescriptor;
import io.sedna.yarn.launch.InstanceZnodes;
import io.sedna.yarn.launch.StagingDirectory;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ClassUtil;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;
import org.apache.hadoop.yarn.conf.YarnConfiguration;

/**
 * Runs instances on a YARN cluster. Every method blocks and throws {@link SednaException}. Not
 * thread-safe.
 *
 * <p>Where an instance is, three places say: its directory on the cluster's file system exists from
 * creation to destruction; ZooKeeper names the application that it runs as; YARN tells whether that
 * application lives.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SednaYarnClient implements AutoCloseable {
  /** The jar to submit, where it is not the one that this class is from. */
  public static final String JAR = "sedna.yarn.jar";

  private static final long STOP_TIMEOUT_MS = 60_000;
  private static final long POLL_MS = 500;
  private static final String APPLICATION_PREFIX = "application_";
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(20);

  /** For questions that are asked again. */
  private static final Duration QUESTION_PATIENCE = Duration.ofSeconds(5);

  private final Configuration conf;
  private final YarnConfig config;
  private final ZooKeeperConfig zooKeeper;
  private final StagingDirectory staging;
  private final Applications applications;
  private final ReadyProbe probe = new ReadyProbe();

  /**
   * @param conf of the cluster, with Sedna's settings
   */
  public SednaYarnClient(Configuration conf) {
    this.conf = new YarnConfiguration(conf);
    this.config = YarnConfig.from(conf);
    this.zooKeeper = ZooKeeperConfig.from(conf);
    this.staging = StagingDirectory.of(this.conf);
    this.applications = new Applications(this.conf);
  }

  /**
   * Submits a new instance; does not wait until it serves.
   *
   * @throws SednaException INSTANCE_EXISTS, IMPOSSIBLE_RESOURCES, PATH_NOT_WRITABLE,
   *     ZOOKEEPER_UNREACHABLE
   */
  public InstanceStatus create(InstanceDescriptor instance, Progress progress) {
    try (var znodes = InstanceZnodes.connect(zooKeeper, instance.name())) {
      var previous = refuseIfRunning(instance.name(), znodes);
      refuseIfForeign(znodes);
      if (staging.read(instance.name()).isPresent()) {
        throw new SednaException(
            ErrorCode.INSTANCE_EXISTS,
            "instance "
                + instance.name()
                + " exists and is stopped: start it, or destroy it to create it anew");
      }
      awaitNoMembers(znodes, progress);
      return submit(instance, znodes, previous, progress);
    }
  }

  /**
   * Submits an instance that was stopped or has failed, as it was created, with what its newest
   * snapshot holds.
   *
   * @throws SednaException INSTANCE_NOT_FOUND, INSTANCE_EXISTS if it runs, and as {@link #create}
   */
  public InstanceStatus start(String name, Progress progress) {
    var instance = descriptor(name);
    try (var znodes = InstanceZnodes.connect(zooKeeper, name)) {
      var previous = refuseIfRunning(name, znodes);
      refuseIfForeign(znodes);
      awaitNoMembers(znodes, progress);
      var snapshots = SnapshotDirectory.open(withSettings(instance), new InstanceName(name));
      var restored = instance.withoutSetting(SnapshotConfig.RESTORE_ON_START);
      if (snapshots.list().isEmpty()) {
        progress.warning("there is no snapshot in " + snapshots.path() + ": it starts empty");
      } else {
        restored =
            instance.withSettings(Map.of(SnapshotConfig.RESTORE_ON_START, SnapshotNames.LATEST));
      }
      return submit(restored, znodes, previous, progress);
    }
  }

  private InstanceStatus submit(
      InstanceDescriptor instance,
      InstanceZnodes znodes,
      Optional<String> previous,
      Progress progress) {
    var isNew = staging.read(instance.name()).isEmpty();
    var submission = new Submission(conf, staging);
    var application = applications.create();
    var limits = applications.limits(application, instance.queue());
    ResourceCheck.check(instance, StoreConfig.from(withSettings(instance)), config, limits)
        .ifPresent(progress::warning);
    warnOfCopies(instance, progress);
    var jar = jar();
    var context = application.getApplicationSubmissionContext();
    var id = context.getApplicationId().toString();
    if (!znodes.claim(id, previous)) {
      throw new SednaException(
          ErrorCode.INSTANCE_EXISTS,
          "instance "
              + instance.name()
              + " is being started as "
              + znodes.application().orElse("another application"));
    }
    try {
      znodes.clearRun(id);
      znodes.setDaemons(instance.daemons());
      progress.step("uploading " + jar.getName() + " to " + staging.of(instance.name()), 0, 0);
      staging.write(instance, jar);
      var report = applications.submit(submission.fill(context, instance));
      return status(instance, Optional.of(report), znodes.path());
    } catch (RuntimeException e) {
      withdraw(instance, znodes, id, isNew, e);
      throw e;
    }
  }

  private void warnOfCopies(InstanceDescriptor instance, Progress progress) {
    int replication = ClusterConfig.from(withSettings(instance)).replication();
    ResourceCheck.copies(instance.daemons(), replication).ifPresent(progress::warning);
  }

  private void withdraw(
      InstanceDescriptor instance,
      InstanceZnodes znodes,
      String id,
      boolean isNew,
      RuntimeException cause) {
    try {
      znodes.disclaim(id);
      if (isNew) {
        staging.delete(instance.name());
      }
    } catch (SednaException e) {
      cause.addSuppressed(e);
    }
  }

  /** How an instance is; {@link InstanceStatus#cluster} is there if a daemon answers. */
  public InstanceStatus status(String name) {
    var instance = descriptor(name);
    try (var znodes = InstanceZnodes.connect(zooKeeper, name)) {
      var status = status(instance, report(name, znodes), znodes.path());
      if (status.state() != InstanceState.RUNNING) {
        return status;
      }
      try (var connector = new InstanceConnector(conf, name, QUESTION_PATIENCE)) {
        var state = connector.admin().clusterState();
        List<String> warnings = state.getEpoch() > 0 ? connector.copyWarnings() : List.of();
        return status.with(InstanceOperations.cluster(state, warnings));
      } catch (SednaException e) {
        // No daemon answers yet, or all are gone; the rest is still worth knowing.
        return status;
      }
    }
  }

  /** Every instance of this user, and those of others that run. */
  public List<InstanceStatus> list() {
    var live = applications.live();
    var names = new TreeSet<>(staging.names());
    live.forEach(report -> names.add(report.getName()));
    return names.stream()
        .map(
            name -> {
              var report = live.stream().filter(r -> r.getName().equals(name)).findFirst();
              var path = (zooKeeper.root().equals("/") ? "" : zooKeeper.root()) + "/" + name;
              return staging
                  .read(name)
                  .map(instance -> status(instance, report, path))
                  .orElseGet(() -> foreign(report.orElseThrow(), path));
            })
        .toList();
  }

  /**
   * Changes the number of daemons; does not wait until it has changed. Fewer: those with the
   * highest numbers go, after their partitions have been moved away.
   */
  public void flex(String name, int daemons, Progress progress) {
    var instance = descriptor(name).withDaemons(daemons);
    try (var znodes = InstanceZnodes.connect(zooKeeper, name)) {
      var report = running(name, znodes);
      var limits = applications.limits(applications.create(), report.getQueue());
      ResourceCheck.check(instance, StoreConfig.from(withSettings(instance)), config, limits)
          .ifPresent(progress::warning);
      warnOfCopies(instance, progress);
      // The description first: it is what the master falls back on, and what start goes by.
      staging.update(instance);
      znodes.setDaemons(daemons);
    }
  }

  /**
   * Stops an instance: refuses writes, takes a snapshot, ends its application.
   *
   * @param snapshot false: what is newer than the newest snapshot is lost
   * @param timeout for the snapshot
   * @throws SednaException if the snapshot fails; the instance then goes on as it was
   */
  public void stop(String name, boolean snapshot, Duration timeout, Progress progress) {
    descriptor(name);
    try (var znodes = InstanceZnodes.connect(zooKeeper, name)) {
      var report = running(name, znodes);
      if (snapshot) {
        try (var client = connect(name)) {
          InstanceOperations.freezeAndSnapshot(client, timeout, progress);
        }
      }
      progress.step("stopping daemons", 0, 0);
      var id = report.getApplicationId();
      znodes.requestStop(id.toString());
      if (!applications.awaitEnd(id, STOP_TIMEOUT_MS)) {
        progress.warning(
            "the application master has not ended within "
                + STOP_TIMEOUT_MS / 1000
                + " s; YARN is asked to end it");
        applications.kill(id, "stopped by its user");
        applications.awaitEnd(id, STOP_TIMEOUT_MS);
      }
    }
  }

  /**
   * Deletes an instance.
   *
   * @param force also if it runs, losing what is in memory
   * @param deleteSnapshots its snapshots too
   * @throws SednaException INSTANCE_EXISTS if it runs, without {@code force}
   */
  public void destroy(String name, boolean force, boolean deleteSnapshots, Progress progress) {
    var instance = descriptor(name);
    try (var znodes = InstanceZnodes.connect(zooKeeper, name)) {
      var report = report(name, znodes).filter(Applications::isLive);
      if (report.isPresent()) {
        if (!force) {
          throw new SednaException(
              ErrorCode.INSTANCE_EXISTS,
              "instance "
                  + name
                  + " runs as "
                  + report.get().getApplicationId()
                  + ": stop it first, or force its destruction");
        }
        progress.step("ending " + report.get().getApplicationId(), 0, 0);
        applications.kill(report.get().getApplicationId(), "destroyed by its user");
        applications.awaitEnd(report.get().getApplicationId(), STOP_TIMEOUT_MS);
      }
      awaitNoMembers(znodes, progress);
      if (deleteSnapshots) {
        var snapshots = SnapshotDirectory.open(withSettings(instance), new InstanceName(name));
        for (var manifest : snapshots.list()) {
          progress.step("deleting snapshot " + manifest.name(), 0, 0);
          snapshots.delete(manifest.name());
        }
      }
      znodes.clearAll();
      staging.delete(name);
    }
  }

  /**
   * Waits until an instance has all its daemons and every partition serves.
   *
   * @throws SednaException INTERNAL with YARN's diagnostics if it ends; TIMEOUT
   */
  public InstanceStatus awaitServing(String name, Duration timeout, Progress progress) {
    var instance = descriptor(name);
    var deadlineNs = System.nanoTime() + timeout.toNanos();
    var seen = "nothing";
    try (var znodes = InstanceZnodes.connect(zooKeeper, name);
        var connector = new InstanceConnector(conf, name, QUESTION_PATIENCE)) {
      while (System.nanoTime() < deadlineNs) {
        var report = report(name, znodes);
        if (report.isPresent() && !Applications.isLive(report.get())) {
          throw new SednaException(
              ErrorCode.INTERNAL,
              report.get().getApplicationId() + " ended: " + report.get().getDiagnostics().strip());
        }
        var members = znodes.members().size();
        progress.step("daemons", Math.min(members, instance.daemons()), instance.daemons());
        seen = members + " of " + instance.daemons() + " daemons";
        if (members >= instance.daemons() && serves(instance, connector, progress)) {
          return status(name);
        }
        Pause.forMs(POLL_MS);
      }
    }
    throw new SednaException(
        ErrorCode.TIMEOUT,
        "instance " + name + " does not serve after " + timeout.toSeconds() + " s: " + seen);
  }

  /** Waits until an instance has just as many daemons as it should have, and all serve. */
  public void awaitFlexed(String name, Duration timeout, Progress progress) {
    var wanted = descriptor(name).daemons();
    var deadlineNs = System.nanoTime() + timeout.toNanos();
    awaitServing(name, timeout, progress);
    try (var znodes = InstanceZnodes.connect(zooKeeper, name)) {
      while (znodes.members().size() != wanted) {
        progress.step("daemons", znodes.members().size(), wanted);
        if (System.nanoTime() > deadlineNs) {
          throw new SednaException(
              ErrorCode.TIMEOUT,
              "instance "
                  + name
                  + " has "
                  + znodes.members().size()
                  + " daemons instead of "
                  + wanted
                  + " after "
                  + timeout.toSeconds()
                  + " s");
        }
        Pause.forMs(POLL_MS);
      }
    }
  }

  private boolean serves(
      InstanceDescriptor instance, InstanceConnector connector, Progress progress) {
    try {
      var admin = connector.admin();
      var state = admin.clusterState();
      progress.step("partitions", state.getComplete(), state.getPartitions());
      return InstanceOperations.serves(admin, state, instance.daemons(), probe);
    } catch (SednaException e) {
      connector.reset();
      return false;
    }
  }

  /** A client of a running instance, found through ZooKeeper. */
  public SednaClient connect(String name) {
    return InstanceConnector.connect(conf, name, ANSWER_PATIENCE);
  }

  /** Answers the application that last claimed the name. */
  private Optional<String> refuseIfRunning(String name, InstanceZnodes znodes) {
    var claimed = znodes.application();
    report(name, znodes)
        .filter(Applications::isLive)
        .ifPresent(
            report -> {
              throw new SednaException(
                  ErrorCode.INSTANCE_EXISTS,
                  "instance " + name + " is already running as " + report.getApplicationId());
            });
    return claimed;
  }

  private ApplicationReport running(String name, InstanceZnodes znodes) {
    return report(name, znodes)
        .filter(Applications::isLive)
        .orElseThrow(
            () ->
                new SednaException(
                    ErrorCode.INSTANCE_NOT_FOUND, "instance " + name + " does not run"));
  }

  private Optional<ApplicationReport> report(String name, InstanceZnodes znodes) {
    return applications.live(name).or(() -> znodes.application().flatMap(applications::find));
  }

  private InstanceDescriptor descriptor(String name) {
    return staging
        .read(new InstanceName(name).value())
        .orElseThrow(
            () ->
                new SednaException(
                    ErrorCode.INSTANCE_NOT_FOUND,
                    "there is no instance " + name + " in " + staging.of(name).getParent()));
  }

  /**
   * Refuses a path that is not YARN's, living or not: it holds another instance's tables. One that
   * an application had is free when its daemons are gone.
   */
  private static void refuseIfForeign(InstanceZnodes znodes) {
    znodes
        .owner()
        .filter(owner -> !owner.startsWith(APPLICATION_PREFIX))
        .ifPresent(
            owner -> {
              throw new SednaException(
                  ErrorCode.INSTANCE_EXISTS,
                  "the ZooKeeper path "
                      + znodes.path()
                      + " belongs to an instance that runs without YARN, with the id "
                      + owner
                      + " and the daemons "
                      + znodes.members()
                      + ": take another name or "
                      + ZooKeeperConfig.ROOT
                      + ", or delete the path when that instance is no longer needed");
            });
  }

  /** Daemons of an ended application are there until their sessions end. */
  private void awaitNoMembers(InstanceZnodes znodes, Progress progress) {
    var deadlineNs =
        System.nanoTime() + Duration.ofMillis(zooKeeper.sessionTimeoutMs() * 3L).toNanos();
    while (!znodes.members().isEmpty()) {
      progress.step("waiting for daemons to leave ZooKeeper", 0, 0);
      if (System.nanoTime() > deadlineNs) {
        throw new SednaException(
            ErrorCode.INSTANCE_EXISTS,
            "the ZooKeeper path "
                + znodes.path()
                + " is held by the living daemons "
                + znodes.members()
                + " of "
                + znodes.owner().orElse("an instance without an id")
                + ", which does not run on this YARN cluster: another cluster's instance needs another"
                + " name or "
                + ZooKeeperConfig.ROOT
                + "; an earlier run's containers must end first");
      }
      Pause.forMs(POLL_MS);
    }
  }

  private Configuration withSettings(InstanceDescriptor instance) {
    var merged = new Configuration(conf);
    instance.settings().forEach(merged::set);
    return merged;
  }

  private Path jar() {
    var configured = conf.getTrimmed(JAR, "");
    var jar =
        configured.isEmpty() ? ClassUtil.findContainingJar(SednaYarnClient.class) : configured;
    if (jar == null) {
      throw new SednaException(
          ErrorCode.PATH_NOT_FOUND,
          "this program does not run from a jar, so " + JAR + " has to name the one to submit");
    }
    return new Path(new File(jar).toURI());
  }

  private InstanceStatus status(
      InstanceDescriptor instance, Optional<ApplicationReport> report, String znodePath) {
    return new InstanceStatus(
        instance.name(),
        report.map(SednaYarnClient::state).orElse(InstanceState.STOPPED),
        report.map(ApplicationReport::getUser).orElse(""),
        instance.queue(),
        instance.daemons(),
        instance.memoryMb(),
        instance.vcores(),
        report.map(r -> r.getApplicationId().toString()).orElse(null),
        report.filter(Applications::isLive).map(ApplicationReport::getTrackingUrl).orElse(null),
        report.map(ApplicationReport::getStartTime).orElse(0L),
        report.map(r -> r.getDiagnostics() == null ? "" : r.getDiagnostics().strip()).orElse(""),
        zooKeeper.quorum() + znodePath,
        null);
  }

  private InstanceStatus foreign(ApplicationReport report, String znodePath) {
    return new InstanceStatus(
        report.getName(),
        state(report),
        report.getUser(),
        report.getQueue(),
        0,
        0,
        0,
        report.getApplicationId().toString(),
        report.getTrackingUrl(),
        report.getStartTime(),
        "",
        zooKeeper.quorum() + znodePath,
        null);
  }

  private static InstanceState state(ApplicationReport report) {
    if (report.getYarnApplicationState() == YarnApplicationState.RUNNING) {
      return InstanceState.RUNNING;
    }
    if (Applications.isLive(report)) {
      return InstanceState.SUBMITTED;
    }
    return report.getFinalApplicationStatus() == FinalApplicationStatus.SUCCEEDED
        ? InstanceState.STOPPED
        : InstanceState.FAILED;
  }

  @Override
  public void close() {
    applications.close();
  }
}
