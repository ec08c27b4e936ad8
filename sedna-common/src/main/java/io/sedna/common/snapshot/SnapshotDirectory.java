// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.StreamingXxHash64;
import io.sedna.common.id.InstanceName;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.UserGroupInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance's snapshots on a Hadoop file system:
 *
 * <pre>
 * DIR/NAME/MANIFEST.json                what the snapshot holds
 * DIR/NAME/MANIFEST.xxh64               XXH64 of that file, as 16 hexadecimal digits
 * DIR/NAME/dataset.table/00000.avro     records of one partition of one table
 * DIR/.tmp-NAME-UNIQUE/                 one that is being written or deleted; never listed
 * </pre>
 *
 * <p>A snapshot is written under its temporary name and committed by one rename, so others see all
 * of it or nothing. Thread-safe; every call blocks on the file system. Where the file system fails,
 * calls throw {@link ErrorCode#STORAGE_FAILED} besides what they say.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SnapshotDirectory {
  public static final String MANIFEST = "MANIFEST.json";
  public static final String MANIFEST_CHECKSUM = "MANIFEST.xxh64";

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotDirectory.class);
  private static final String UNFINISHED_PREFIX = ".tmp-";

  private final FileSystem fs;
  private final Path directory;

  public SnapshotDirectory(FileSystem fs, Path directory) {
    this.fs = fs;
    this.directory = fs.makeQualified(directory);
  }

  /**
   * The full name of the directory that {@link #open} opens, without asking any file system: two
   * instances with different names keep their snapshots in different places.
   */
  public static String fullName(Configuration conf, InstanceName instance) {
    String user;
    try {
      user = UserGroupInformation.getCurrentUser().getShortUserName();
    } catch (IOException e) {
      throw new SednaException(ErrorCode.INTERNAL, "cannot tell who runs this: " + e, e);
    }
    return SnapshotConfig.from(conf)
        .directory()
        .map(Path::new)
        .orElseGet(() -> inHome(instance))
        .makeQualified(FileSystem.getDefaultUri(conf), new Path("/user/" + user))
        .toString();
  }

  private static Path inHome(InstanceName instance) {
    return new Path("sedna/" + instance + "/snapshots");
  }

  /**
   * The directory that {@code sedna.snapshot.dir} names, or {@code sedna/INSTANCE/snapshots} in the
   * user's home directory. Nothing is created yet.
   */
  public static SnapshotDirectory open(Configuration conf, InstanceName instance) {
    String configured = SnapshotConfig.from(conf).directory().orElse(null);
    try {
      if (configured == null) {
        FileSystem fs = FileSystem.get(conf);
        return new SnapshotDirectory(fs, new Path(fs.getHomeDirectory(), inHome(instance)));
      }
      var path = new Path(configured);
      return new SnapshotDirectory(path.getFileSystem(conf), path);
    } catch (IOException | IllegalArgumentException e) {
      String shown = configured == null ? "the file system of fs.defaultFS" : configured;
      throw new SednaException(
          ErrorCode.STORAGE_FAILED,
          "cannot open the snapshot directory: " + SnapshotConfig.DIR + "=" + shown + ": " + e,
          e);
    }
  }

  public FileSystem fileSystem() {
    return fs;
  }

  /** Its own path, with scheme and authority. */
  public Path path() {
    return directory;
  }

  /** Where a committed snapshot of this name is, or would be. */
  public Path pathOf(String name) {
    return new Path(directory, SnapshotNames.check(name));
  }

  /**
   * Where the snapshot is that a user asked for: a name, the word {@code latest}, or the URI of a
   * snapshot's directory anywhere.
   *
   * @throws SednaException with {@link ErrorCode#SNAPSHOT_NOT_FOUND} if there is no latest one
   */
  public Path locate(String nameOrUri) {
    if (nameOrUri.equals(SnapshotNames.LATEST)) {
      return list().stream()
          .findFirst()
          .map(manifest -> pathOf(manifest.name()))
          .orElseThrow(() -> SnapshotErrors.notFound(nameOrUri, directory));
    }
    return nameOrUri.indexOf('/') >= 0 ? new Path(nameOrUri) : pathOf(nameOrUri);
  }

  /**
   * Manifests of committed snapshots, newest first. One that is damaged is left out, with a warning
   * in the log, so that it does not hide the others.
   */
  public List<SnapshotManifest> list() {
    var manifests = new ArrayList<SnapshotManifest>();
    for (FileStatus status : children()) {
      Path path = status.getPath();
      if (status.isDirectory() && !path.getName().startsWith(".")) {
        try {
          manifests.add(readManifest(fs, path));
        } catch (SednaException e) {
          if (e.code() == ErrorCode.STORAGE_FAILED) {
            throw e;
          }
          LOG.warn("Leaving out snapshot {}: {}", path, e.toString());
        }
      }
    }
    manifests.sort(
        Comparator.comparingLong(SnapshotManifest::createdAtMs)
            .thenComparing(SnapshotManifest::name)
            .reversed());
    return manifests;
  }

  /**
   * @throws SednaException with {@link ErrorCode#SNAPSHOT_NOT_FOUND} or {@link
   *     ErrorCode#SNAPSHOT_CORRUPT}
   */
  public SnapshotManifest manifest(String name) {
    return readManifest(fs, pathOf(name));
  }

  /**
   * Reads the manifest of a snapshot's directory anywhere.
   *
   * @throws SednaException with {@link ErrorCode#SNAPSHOT_NOT_FOUND} or {@link
   *     ErrorCode#SNAPSHOT_CORRUPT}
   */
  public static SnapshotManifest readManifest(FileSystem fs, Path snapshot) {
    var path = new Path(snapshot, MANIFEST);
    var checksumPath = new Path(snapshot, MANIFEST_CHECKSUM);
    byte[] json;
    try {
      json = readAll(fs, path);
    } catch (FileNotFoundException e) {
      throw SnapshotErrors.notFound(snapshot.getName(), path);
    } catch (IOException e) {
      throw SnapshotErrors.storage("read", path, e);
    }
    try {
      String expected = new String(readAll(fs, checksumPath), StandardCharsets.UTF_8).trim();
      String found = checksum(json);
      if (!expected.equals(found)) {
        throw SnapshotErrors.corrupt(path, "checksum", expected, found);
      }
    } catch (FileNotFoundException e) {
      throw SnapshotErrors.corrupt(path, "its checksum is missing: " + checksumPath, e);
    } catch (IOException e) {
      throw SnapshotErrors.storage("read", checksumPath, e);
    }
    return ManifestJson.read(json, path);
  }

  /**
   * Makes the directory of a snapshot that is to be written.
   *
   * @return its temporary path, which {@link #commit} takes
   * @throws SednaException with {@link ErrorCode#SNAPSHOT_EXISTS} or {@link
   *     ErrorCode#PATH_NOT_WRITABLE}
   */
  public Path begin(String name) {
    Path committed = pathOf(name);
    if (exists(committed)) {
      throw SnapshotErrors.exists(name, committed);
    }
    Path unfinished = unfinishedPath(name);
    try {
      if (!fs.mkdirs(unfinished)) {
        throw SnapshotErrors.notWritable(unfinished, "the directory cannot be made", null);
      }
    } catch (AccessControlException e) {
      throw SnapshotErrors.notWritable(unfinished, e.getMessage(), e);
    } catch (IOException e) {
      throw e instanceof ConnectException
          ? SnapshotErrors.storage("write to", unfinished, e)
          : SnapshotErrors.notWritable(unfinished, e.toString(), e);
    }
    return unfinished;
  }

  /**
   * Makes a snapshot visible under its name.
   *
   * @param unfinished path that {@link #begin} answered, holding every file of the manifest
   * @return path of the committed snapshot
   * @throws SednaException with {@link ErrorCode#SNAPSHOT_CORRUPT} if a file is missing or has
   *     another length than the manifest says, with {@link ErrorCode#SNAPSHOT_EXISTS} if another
   *     was committed under this name meanwhile
   */
  public Path commit(Path unfinished, SnapshotManifest manifest) {
    for (SnapshotFile file : manifest.files()) {
      checkLength(new Path(unfinished, file.path()), file.bytes());
    }
    byte[] json = ManifestJson.write(manifest);
    write(new Path(unfinished, MANIFEST), json);
    write(
        new Path(unfinished, MANIFEST_CHECKSUM),
        (checksum(json) + "\n").getBytes(StandardCharsets.UTF_8));
    Path committed = pathOf(manifest.name());
    rename(unfinished, committed, manifest.name());
    return committed;
  }

  /**
   * Removes a snapshot. It stops being listed at once, also if removing its files fails half-way.
   *
   * @throws SednaException with {@link ErrorCode#SNAPSHOT_NOT_FOUND}
   */
  public void delete(String name) {
    Path committed = pathOf(name);
    if (!exists(committed)) {
      throw SnapshotErrors.notFound(name, committed);
    }
    Path doomed = unfinishedPath(name);
    rename(committed, doomed, name);
    discard(doomed);
  }

  /** Removes a snapshot that is not going to be committed; nothing happens if it is not there. */
  public void discard(Path unfinished) {
    try {
      fs.delete(unfinished, true);
    } catch (IOException e) {
      throw SnapshotErrors.storage("delete", unfinished, e);
    }
  }

  /**
   * Removes what crashed writers and deletions left behind.
   *
   * @param inProgress paths of {@link #begin} that are still being written
   * @return how many were removed
   */
  public int cleanUnfinished(Set<Path> inProgress) {
    int removed = 0;
    for (FileStatus status : children()) {
      Path path = status.getPath();
      if (path.getName().startsWith(UNFINISHED_PREFIX) && !inProgress.contains(path)) {
        LOG.info("Removing unfinished snapshot {}", path);
        discard(path);
        removed++;
      }
    }
    return removed;
  }

  private Path unfinishedPath(String name) {
    return new Path(directory, UNFINISHED_PREFIX + name + "-" + UUID.randomUUID());
  }

  private List<FileStatus> children() {
    try {
      return List.of(fs.listStatus(directory));
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw SnapshotErrors.storage("list", directory, e);
    }
  }

  private boolean exists(Path path) {
    try {
      return fs.exists(path);
    } catch (IOException e) {
      throw SnapshotErrors.storage("look at", path, e);
    }
  }

  private void checkLength(Path path, long expected) {
    try {
      long found = fs.getFileStatus(path).getLen();
      if (found != expected) {
        throw SnapshotErrors.corrupt(path, "length in bytes", expected, found);
      }
    } catch (FileNotFoundException e) {
      throw SnapshotErrors.corrupt(path, "it is missing", e);
    } catch (IOException e) {
      throw SnapshotErrors.storage("look at", path, e);
    }
  }

  /**
   * File systems rename a directory onto one that exists by moving it inside; where that happened
   * between the look and the rename, it is undone.
   */
  private void rename(Path from, Path to, String name) {
    if (exists(to)) {
      throw SnapshotErrors.exists(name, to);
    }
    try {
      boolean renamed = fs.rename(from, to);
      var inside = new Path(to, from.getName());
      if (renamed && fs.exists(inside)) {
        fs.delete(inside, true);
        throw SnapshotErrors.exists(name, to);
      }
      if (!renamed) {
        throw new IOException("the file system refused to rename it to " + to);
      }
    } catch (IOException e) {
      throw SnapshotErrors.storage("rename", from, e);
    }
  }

  private void write(Path path, byte[] bytes) {
    try (FSDataOutputStream out = fs.create(path, true)) {
      out.write(bytes);
    } catch (AccessControlException e) {
      throw SnapshotErrors.notWritable(path, e.getMessage(), e);
    } catch (IOException e) {
      throw SnapshotErrors.storage("write", path, e);
    }
  }

  private static byte[] readAll(FileSystem fs, Path path) throws IOException {
    try (var in = fs.open(path)) {
      return in.readAllBytes();
    }
  }

  private static String checksum(byte[] bytes) {
    var hash = new StreamingXxHash64(0);
    hash.update(bytes, 0, bytes.length);
    return hash.hex();
  }
}
