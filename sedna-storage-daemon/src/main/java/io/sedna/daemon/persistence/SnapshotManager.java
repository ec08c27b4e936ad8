// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.InstanceName;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.snapshot.SnapshotDirectory;
import io.sedna.common.snapshot.SnapshotManifest;
import io.sedna.common.snapshot.SnapshotNames;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.persistence.RestoreRun.RestorePlan;
import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link SnapshotService} over a directory of snapshots and the daemons of the instance.
 * Thread-safe.
 *
 * <p>Operations run one after another on one thread, lost partitions are given back on another, and
 * what is only looked up on a third, so that none waits for a longer one.
 */
@InterfaceAudience.Private
public final class SnapshotManager implements SnapshotService {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotManager.class);

  /**
   * How long daemons may fail for the moment: longer than a lost one stays in the map, or a
   * restarted one is away.
   */
  private static final long PATIENCE_MS = 120_000;

  private final Configuration conf;
  private final InstanceName instance;
  private final SnapshotConfig settings;
  private final ClusterView view;
  private final SnapshotPeers peers;
  private final RestoreTables tables;
  private final WallClock clock;
  private final long patienceMs;
  private final Worker operations = new Worker("sedna-snapshot-operations");
  private final Worker recovery = new Worker("sedna-snapshot-recovery");
  private final Worker queries = new Worker("sedna-snapshot-queries");
  private final LostPartitions lostPartitions;

  /** What runs or is prepared, for the message to whoever wants another; null: nothing. */
  private final AtomicReference<String> busyWith = new AtomicReference<>();

  private volatile Activity activity;
  private volatile SnapshotDirectory opened;

  /** One time of being the active controller. */
  private static final class Activity {
    final PeriodicSchedule schedule;
    volatile boolean over;

    Activity(PeriodicSchedule schedule) {
      this.schedule = schedule;
    }
  }

  /**
   * @param conf holds the snapshot settings and the file systems
   */
  public SnapshotManager(
      Configuration conf,
      InstanceName instance,
      ClusterView view,
      SnapshotPeers peers,
      RestoreTables tables,
      WallClock clock) {
    this(conf, instance, view, peers, tables, clock, PATIENCE_MS);
  }

  SnapshotManager(
      Configuration conf,
      InstanceName instance,
      ClusterView view,
      SnapshotPeers peers,
      RestoreTables tables,
      WallClock clock,
      long patienceMs) {
    this.conf = conf;
    this.instance = instance;
    this.settings = SnapshotConfig.from(conf);
    this.view = view;
    this.peers = peers;
    this.tables = tables;
    this.clock = clock;
    this.patienceMs = patienceMs;
    this.lostPartitions = new LostPartitions(view, peers, this::directory, clock);
  }

  @Override
  public synchronized void activated() {
    deactivated();
    var begun = new Activity(new PeriodicSchedule(settings.intervalMs()));
    activity = begun;
    Worker.ignore(operations.submit(() -> takeStock(begun)), "taking stock of snapshots");
  }

  @Override
  public synchronized void deactivated() {
    if (activity != null) {
      activity.over = true;
      activity = null;
    }
  }

  private Void takeStock(Activity begun) {
    if (begun.over) {
      return null;
    }
    List<Table> orphans = view.catalogue().all().stream().filter(Table::restoring).toList();
    if (!orphans.isEmpty()) {
      LOG.info("Dropping tables of a restore that its controller did not finish: {}", orphans);
      Worker.ignore(tables.discard(orphans), "dropping unfinished tables");
    }
    directory().cleanUnfinished(Set.of());
    directory().list().forEach(begun.schedule::committed);
    return null;
  }

  @Override
  public CompletableFuture<PreparedOperation> prepareSnapshot(SnapshotRequest request) {
    return prepare(
        "snapshot " + (request.isSetName() ? request.getName() : ""),
        active -> {
          long nowMs = clock.millis();
          String name = request.isSetName() ? request.getName() : SnapshotNames.ofTime(nowMs);
          List<Table> chosen =
              request.isSetTables()
                  ? request.getTables().stream().distinct().map(this::onlineTable).toList()
                  : persistentTables();
          return snapshot(active, name, chosen, nowMs, false);
        });
  }

  @Override
  public CompletableFuture<Optional<PreparedOperation>> preparePeriodicSnapshot() {
    Activity active = activity;
    List<Table> persistent = persistentTables();
    long nowMs = clock.millis();
    if (active == null
        || busyWith.get() != null
        || view.map().isEmpty()
        || !active.schedule.due(persistent, nowMs)) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return prepare(
            "periodic snapshot",
            now ->
                snapshot(now, "periodic-" + SnapshotNames.ofTime(nowMs), persistent, nowMs, true))
        .whenComplete(
            (operation, failure) -> {
              if (failure != null) {
                active.schedule.failed(clock.millis());
              }
            })
        .thenApply(Optional::of);
  }

  private PreparedOperation snapshot(
      Activity active, String name, List<Table> chosen, long nowMs, boolean periodic) {
    SnapshotDirectory target = directory();
    target.cleanUnfinished(Set.of());
    Path unfinished = target.begin(name);
    var empty =
        new SnapshotManifest(
            SnapshotManifest.FORMAT_VERSION,
            instance.value(),
            name,
            nowMs,
            periodic,
            map().partitions(),
            chosen,
            List.of());
    return new Operation(
        active,
        "snapshot",
        name,
        SnapshotRun.units(empty),
        (progress, cancelled) -> {
          try {
            SnapshotManifest committed =
                new SnapshotRun(view, peers, target, unfinished, empty, progress)
                    .run(patienceMs, cancelled);
            active.schedule.committed(committed);
          } catch (SednaException e) {
            active.schedule.failed(clock.millis());
            throw e;
          }
          if (periodic) {
            retain(target);
          }
        },
        () -> target.discard(unfinished));
  }

  private void retain(SnapshotDirectory target) {
    try {
      target.list().stream()
          .filter(SnapshotManifest::periodic)
          .skip(settings.retained())
          .forEach(manifest -> target.delete(manifest.name()));
    } catch (SednaException e) {
      LOG.warn(
          "Could not delete periodic snapshots beyond {}: {}", settings.retained(), e.toString());
    }
  }

  @Override
  public CompletableFuture<PreparedOperation> prepareRestore(RestoreRequest request) {
    return prepare("restore " + request.getSnapshot(), active -> restore(active, request));
  }

  @Override
  public CompletableFuture<Optional<PreparedOperation>> prepareRestoreOnStart(String snapshot) {
    return prepare(
            "restore " + snapshot,
            active -> {
              if (view.catalogue().tables().stream().anyMatch(table -> !table.restoring())) {
                LOG.info("Not starting from snapshot {}: the instance has tables", snapshot);
                return null;
              }
              if (snapshot.equals(SnapshotNames.LATEST) && directory().list().isEmpty()) {
                LOG.info("There is no snapshot under {} to start from", directory().path());
                return null;
              }
              return restore(active, new RestoreRequest(snapshot));
            })
        .thenApply(Optional::ofNullable);
  }

  private PreparedOperation restore(Activity active, RestoreRequest request) {
    RestorePlan plan =
        new RestorePlanner(conf, directory(), view.catalogue(), map().replication()).plan(request);
    return new Operation(
        active,
        "restore",
        plan.directory().toString(),
        plan.units(),
        (progress, cancelled) ->
            active.schedule.restored(
                new RestoreRun(view, peers, tables, plan, request.isOverwrite(), progress)
                    .run(patienceMs, cancelled)),
        () -> {});
  }

  @Override
  public CompletableFuture<List<SnapshotInfo>> list() {
    return queries.submit(
        () ->
            directory().list().stream()
                .map(
                    manifest ->
                        SnapshotFiles.info(
                            manifest, directory().pathOf(manifest.name()).toString()))
                .toList());
  }

  @Override
  public CompletableFuture<Void> delete(String name) {
    return queries.submit(
        () -> {
          String busy = busyWith.get();
          if (busy != null && busy.startsWith("restore ")) {
            throw inProgress(busy);
          }
          directory().delete(name);
          return null;
        });
  }

  @Override
  public CompletableFuture<Set<Integer>> loadLostPartitions(Set<Integer> partitions) {
    Activity active = activity;
    if (active == null) {
      return CompletableFuture.failedFuture(inactive());
    }
    return recovery.submit(() -> lostPartitions.load(partitions, patienceMs, () -> active.over));
  }

  @Override
  public void close() {
    deactivated();
    operations.close();
    recovery.close();
    queries.close();
  }

  private interface Preparation {
    /** Null: nothing is to be done. */
    PreparedOperation prepare(Activity active) throws InterruptedException;
  }

  private interface Body {
    void run(PreparedOperation.Progress progress, BooleanSupplier cancelled)
        throws InterruptedException;
  }

  private CompletableFuture<PreparedOperation> prepare(String what, Preparation preparation) {
    Activity active = activity;
    if (active == null) {
      return CompletableFuture.failedFuture(inactive());
    }
    if (!busyWith.compareAndSet(null, what)) {
      return CompletableFuture.failedFuture(inProgress(busyWith.get()));
    }
    return operations
        .submit(() -> preparation.prepare(active))
        .whenComplete(
            (operation, failure) -> {
              if (operation == null) {
                busyWith.set(null);
              }
            });
  }

  private static SednaException inProgress(String busy) {
    return new SednaException(
        ErrorCode.OPERATION_IN_PROGRESS, "another operation is in progress: " + busy);
  }

  private static SednaException inactive() {
    return new SednaException(
        ErrorCode.NO_CONTROLLER, "this daemon's controller is not the active one");
  }

  private List<Table> persistentTables() {
    return view.catalogue().tables().stream()
        .filter(table -> !table.restoring() && PeriodicSchedule.persists(table))
        .toList();
  }

  private Table onlineTable(String name) {
    return view.catalogue()
        .byName(TableName.parse(name).toString())
        .filter(table -> !table.restoring())
        .orElseThrow(() -> new SednaException(ErrorCode.TABLE_NOT_FOUND, "no such table: " + name));
  }

  private PartitionMap map() {
    return view.map()
        .orElseThrow(
            () ->
                new SednaException(
                    ErrorCode.LOADING, "the instance has no partition map yet: try again"));
  }

  private SnapshotDirectory directory() {
    if (opened == null) {
      opened = SnapshotDirectory.open(conf, instance);
    }
    return opened;
  }

  /** Something prepared, which holds the slot until it has run or was cancelled. */
  private final class Operation implements PreparedOperation {
    private final Activity active;
    private final String kind;
    private final String subject;
    private final long total;
    private final Body body;
    private final Runnable undo;

    Operation(Activity active, String kind, String subject, long total, Body body, Runnable undo) {
      this.active = active;
      this.kind = kind;
      this.subject = subject;
      this.total = total;
      this.body = body;
      this.undo = undo;
    }

    @Override
    public String kind() {
      return kind;
    }

    @Override
    public String subject() {
      return subject;
    }

    @Override
    public long total() {
      return total;
    }

    @Override
    public CompletableFuture<Void> run(Progress progress) {
      return operations
          .<Void>submit(
              () -> {
                body.run(progress, () -> active.over);
                return null;
              })
          .whenComplete(
              (nothing, failure) -> {
                busyWith.set(null);
                if (failure != null) {
                  LOG.warn("{} {} failed: {}", kind, subject, failure.toString());
                }
              });
    }

    @Override
    public void cancel() {
      Worker.ignore(
          operations
              .<Void>submit(
                  () -> {
                    undo.run();
                    return null;
                  })
              .whenComplete((nothing, failure) -> busyWith.set(null)),
          "cancelling " + kind);
    }
  }
}
