/**
 * What a partition's primary does: strong tables, whose writes it orders and gives to every replica
 * before it answers, and the conditional writes of all tables. After PacificA (Microsoft Research,
 * MSR-TR-2008-25): the partition map is the configuration, the controller its manager, and the
 * replicas that serve by the map are those in sync.
 *
 * <p>What makes it safe, in this order:
 *
 * <ol>
 *   <li>One primary by each map: the first replica that serves. It answers only while it holds its
 *       {@link io.sedna.daemon.cluster.Lease}, and only once it has taken the partition over
 *       ({@link io.sedna.daemon.replication.strong.TakeOvers}).
 *   <li>A write counts when every other replica of the newest map has it, those that are being
 *       filled included ({@link io.sedna.daemon.replication.strong.Round}). One that does not take
 *       it is reported to the controller, which takes it out of the map.
 *   <li>Replicas take writes of the primary of their newest map alone ({@link
 *       io.sedna.daemon.replication.strong.StrongReplica}).
 *   <li>Readers see nothing that does not count yet: who finds a write under way waits for it
 *       ({@link io.sedna.daemon.replication.strong.KeyQueues}).
 *   <li>What a request came to travels with its write, so any later primary knows it ({@link
 *       io.sedna.daemon.replication.strong.RecentRequests}).
 * </ol>
 *
 * <p>Uses what {@code replication} uses, and of it.
 */
package io.sedna.daemon.replication.strong;
