// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link ClusterView} of the znodes of {@link InstancePaths}, and this daemon's registration.
 *
 * <p>Every znode is watched on its own, and members are not watched here: only the controller needs
 * them, and thousands of daemons watching each other would drown ZooKeeper at every start. All that
 * changes is taken in on one thread, which also calls the listeners. Fields that readers see are
 * volatile and hold immutable values; only that thread writes them.
 */
@InterfaceAudience.Private
public final class ZooKeeperClusterView implements ClusterView, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperClusterView.class);
  private static final long REGISTER_AGAIN_MS = 1000;

  private final CuratorFramework curator;
  private final InstancePaths paths;
  private final Ownership ownership;
  private final NodeId self;
  private final long incarnation;
  private final long patienceMs;
  private final ScheduledThreadPoolExecutor thread;

  /** Apart from {@link #thread}: registering waits, and the map must not wait with it. */
  private final ScheduledThreadPoolExecutor registrar;

  private final List<CuratorCache> caches = new ArrayList<>();
  private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
  private final Consumer<SednaException> usurped;

  private volatile Optional<PartitionMap> map = Optional.empty();
  private volatile TableCatalogue catalogue = TableCatalogue.EMPTY;
  private volatile boolean frozen;
  private volatile Optional<MapNode> controller = Optional.empty();
  private volatile Registration registration;
  private volatile boolean registered;
  private volatile boolean closed;

  /**
   * Reads what there is and watches it; {@link #register} follows when the daemon can serve.
   *
   * @param patienceMs how long a znode under the same node id may stand in the way
   * @param usurped called once if another daemon takes this one's node id, or another instance its
   *     path, while its session was lost; this one must stop
   * @throws SednaException ZOOKEEPER_UNREACHABLE; INSTANCE_EXISTS where the path is another
   *     instance's; INVALID_ARGUMENT where the instance was created with other settings
   */
  public ZooKeeperClusterView(
      CuratorFramework curator,
      InstancePaths paths,
      Ownership ownership,
      InstanceSettings settings,
      NodeId self,
      long incarnation,
      long patienceMs,
      Consumer<SednaException> usurped) {
    this.curator = curator;
    this.paths = paths;
    this.ownership = ownership;
    this.self = self;
    this.patienceMs = patienceMs;
    this.usurped = usurped;
    this.incarnation = incarnation;
    this.thread = newThread("sedna-cluster-" + self);
    this.registrar = newThread("sedna-registration-" + self);
    try {
      create(settings);
      takeCatalogue(curator.getData().forPath(paths.tables()));
      takeFrozen(curator.getData().forPath(paths.frozen()));
      takeMap(curator.getData().forPath(paths.map()));
      watch(paths.map(), this::takeMap);
      watch(paths.tables(), this::takeCatalogue);
      watch(paths.frozen(), this::takeFrozen);
      watch(paths.active(), this::takeController);
      curator
          .getConnectionStateListenable()
          .addListener((c, state) -> connectionChanged(state), registrar);
    } catch (Exception e) {
      close();
      throw ZooKeeperConnection.failure(curator, "reading " + paths.instance(), e);
    }
  }

  private static ScheduledThreadPoolExecutor newThread(String name) {
    var executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return executor;
  }

  private void create(InstanceSettings settings) throws Exception {
    ownership.claim();
    createIfAbsent(paths.settings(), ZnodeCodec.encode(settings));
    ZnodeCodec.settings(curator.getData().forPath(paths.settings()))
        .check(settings, paths.instance());
    createIfAbsent(paths.members(), new byte[0]);
    createIfAbsent(paths.fence(), new byte[0]);
    createIfAbsent(paths.map(), new byte[0]);
    createIfAbsent(paths.tables(), ZnodeCodec.encode(TableCatalogue.EMPTY));
    createIfAbsent(paths.draining(), ZnodeCodec.encodeNodes(Set.of()));
    createIfAbsent(paths.frozen(), ZnodeCodec.encodeFrozen(false));
  }

  private void createIfAbsent(String path, byte[] data) throws Exception {
    try {
      if (curator.checkExists().forPath(path) == null) {
        curator
            .create()
            .creatingParentsIfNeeded()
            .withMode(CreateMode.PERSISTENT)
            .forPath(path, data);
      }
    } catch (KeeperException.NodeExistsException e) {
      LOG.debug("{} was created by another daemon", path);
    }
  }

  private interface Taker {
    void take(byte[] data);
  }

  private void watch(String path, Taker taker) {
    CuratorCache cache = CuratorCache.build(curator, path, CuratorCache.Options.SINGLE_NODE_CACHE);
    cache.listenable().addListener((type, before, now) -> changed(path, taker, type, now), thread);
    caches.add(cache);
    cache.start();
  }

  private void changed(String path, Taker taker, CuratorCacheListener.Type type, ChildData data) {
    boolean deleted = type == CuratorCacheListener.Type.NODE_DELETED;
    if (deleted && !path.equals(paths.active())) {
      LOG.warn("znode {} was deleted; keeping what it held", path);
      return;
    }
    try {
      taker.take(deleted || data == null ? new byte[0] : data.getData());
    } catch (RuntimeException e) {
      LOG.error("cannot take in znode {}; keeping what was known", path, e);
    }
  }

  private void takeMap(byte[] data) {
    Optional<PartitionMap> before = map;
    Optional<PartitionMap> now = ZnodeCodec.map(data);
    if (now.isPresent() && now.get().epoch() > before.map(PartitionMap::epoch).orElse(0L)) {
      map = now;
      tell(listener -> listener.mapChanged(before, now.get()));
    }
  }

  /** Takes in a map that was read; returns when all listeners know it. Not on {@link #thread}. */
  void takeNewestMap(byte[] data) throws InterruptedException, ExecutionException {
    thread.submit(() -> takeMap(data)).get();
  }

  private void takeCatalogue(byte[] data) {
    TableCatalogue before = catalogue;
    TableCatalogue now = ZnodeCodec.catalogue(data);
    if (now.version() > before.version()) {
      catalogue = now;
      tell(listener -> listener.catalogueChanged(before, now));
    }
  }

  private void takeFrozen(byte[] data) {
    boolean now = ZnodeCodec.frozen(data);
    if (now != frozen) {
      frozen = now;
      tell(listener -> listener.frozenChanged(now));
    }
  }

  private void takeController(byte[] data) {
    Optional<MapNode> now = ZnodeCodec.active(data);
    if (!now.equals(controller)) {
      controller = now;
      tell(listener -> listener.controllerChanged(now.map(MapNode::id)));
    }
  }

  private void tell(Consumer<ClusterListener> event) {
    for (ClusterListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        LOG.error("listener {} failed", listener, e);
      }
    }
  }

  /**
   * Makes this daemon a member. Blocks while another run's znode is in the way.
   *
   * @param member this run of this node, and how others reach it
   * @throws SednaException NODE_EXISTS or INSTANCE_EXISTS naming the holder; ZOOKEEPER_UNREACHABLE
   */
  public void register(Member member) {
    var mine = new Registration(curator, paths, ownership, member);
    mine.register(patienceMs);
    registration = mine;
    registered = true;
  }

  private void connectionChanged(ConnectionState state) {
    LOG.info("ZooKeeper connection: {}", state);
    if (state != ConnectionState.RECONNECTED || closed) {
      return;
    }
    thread.execute(this::readController);
    if (registered) {
      registerAgain();
    }
  }

  /**
   * The znode of the controller is made anew by each, always in version 0, and the cache compares
   * versions alone: it overlooks a controller that followed another while the connection was
   * broken.
   */
  private void readController() {
    try {
      takeController(curator.getData().forPath(paths.active()));
    } catch (KeeperException.NoNodeException e) {
      takeController(new byte[0]);
    } catch (Exception e) {
      // Broken again: the next connection brings another try.
      LOG.info("cannot read who the controller is: {}", e.toString());
    }
  }

  /** A session that was lost took the znode with it; one that was kept still has it. */
  private void registerAgain() {
    if (closed) {
      return;
    }
    try {
      registration.register(patienceMs);
    } catch (SednaException e) {
      if (e.code() == ErrorCode.NODE_EXISTS || e.code() == ErrorCode.INSTANCE_EXISTS) {
        usurped.accept(e);
        return;
      }
      LOG.warn("cannot register again yet: {}", e.getMessage());
      later(this::registerAgain, REGISTER_AGAIN_MS);
    }
  }

  private void later(Runnable task, long delayMs) {
    try {
      var unused = registrar.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed", e);
    }
  }

  /** Leaves ZooKeeper, so that others go elsewhere, and goes on watching. */
  public void leave() {
    if (registered) {
      registered = false;
      registration.leave();
    }
  }

  /** Whether this daemon is a member, as far as it knows. */
  public boolean registered() {
    return registered;
  }

  @Override
  public NodeId self() {
    return self;
  }

  @Override
  public long incarnation() {
    return incarnation;
  }

  @Override
  public Optional<PartitionMap> map() {
    return map;
  }

  @Override
  public TableCatalogue catalogue() {
    return catalogue;
  }

  @Override
  public boolean frozen() {
    return frozen;
  }

  @Override
  public Optional<NodeId> controller() {
    return controller.map(MapNode::id);
  }

  /** Where the active controller is: id, host, Thrift port and incarnation, nothing else. */
  public Optional<MapNode> controllerNode() {
    return controller;
  }

  @Override
  public void addListener(ClusterListener listener) {
    listeners.add(listener);
  }

  /** Stops watching; the connection stays its owner's. */
  @Override
  public void close() {
    closed = true;
    caches.forEach(CuratorCache::close);
    thread.shutdownNow();
    registrar.shutdownNow();
  }
}
