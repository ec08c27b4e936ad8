// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import io.sedna.common.conf.YarnConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.yarn.api.records.LocalResource;
import org.apache.hadoop.yarn.api.records.LocalResourceType;
import org.apache.hadoop.yarn.api.records.LocalResourceVisibility;
import org.apache.hadoop.yarn.api.records.URL;

/**
 * Where the files of instances lie on the cluster's file system: a directory for each, with its
 * description, its jar and its settings. The directory's existence is what makes a name taken.
 */
@InterfaceAudience.Private
public final class StagingDirectory {
  static final String JAR = "sedna.jar";
  static final String SETTINGS = "sedna-site.xml";
  static final String DESCRIPTOR = "instance.json";

  private static final FsPermission OWNER_ONLY = new FsPermission((short) 0700);

  private final FileSystem fs;
  private final Path root;

  private StagingDirectory(FileSystem fs, Path root) {
    this.fs = fs;
    this.root = root;
  }

  /**
   * The directory that {@code sedna.yarn.staging.dir} names.
   *
   * @throws SednaException STORAGE_FAILED naming the file system, if it cannot be reached
   */
  public static StagingDirectory of(Configuration conf) {
    var configured = YarnConfig.from(conf).stagingDirectory();
    try {
      if (configured.isPresent()) {
        var path = new Path(configured.get());
        var fs = path.getFileSystem(conf);
        return new StagingDirectory(fs, fs.makeQualified(path));
      }
      var fs = FileSystem.get(conf);
      return new StagingDirectory(fs, new Path(fs.getHomeDirectory(), ".sedna"));
    } catch (IOException | IllegalArgumentException e) {
      throw new SednaException(
          ErrorCode.STORAGE_FAILED,
          "cannot reach the file system "
              + configured.orElse(conf.get(FileSystem.FS_DEFAULT_NAME_KEY))
              + ": "
              + e.getMessage(),
          e);
    }
  }

  public FileSystem fileSystem() {
    return fs;
  }

  /** Directory of one instance. */
  public Path of(String instance) {
    return new Path(root, instance);
  }

  /** Names of the instances that have a directory. */
  public List<String> names() {
    var names = new ArrayList<String>();
    try {
      for (var status : fs.listStatus(root)) {
        if (status.isDirectory() && fs.exists(new Path(status.getPath(), DESCRIPTOR))) {
          names.add(status.getPath().getName());
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw failed("list", root, e);
    }
    return names;
  }

  /** The description of an instance, if there is one of that name. */
  public Optional<InstanceDescriptor> read(String instance) {
    var path = new Path(of(instance), DESCRIPTOR);
    try (var in = fs.open(path)) {
      return Optional.of(InstanceDescriptor.fromJson(in.readAllBytes(), path.toString()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", path, e);
    }
  }

  /** Puts the jar of this program there, and the settings and the description. */
  public void write(InstanceDescriptor descriptor, Path localJar) {
    var directory = of(descriptor.name());
    try {
      fs.mkdirs(directory, OWNER_ONLY);
      fs.copyFromLocalFile(false, true, localJar, new Path(directory, JAR));
      writeSettings(descriptor.name(), descriptor.settings());
      update(descriptor);
    } catch (IOException e) {
      throw notWritable(directory, e);
    }
  }

  /** Replaces the description. */
  public void update(InstanceDescriptor descriptor) {
    var path = new Path(of(descriptor.name()), DESCRIPTOR);
    try (var out = fs.create(path, true)) {
      out.write(descriptor.toJson());
    } catch (IOException e) {
      throw notWritable(path, e);
    }
  }

  private void writeSettings(String instance, Map<String, String> settings) throws IOException {
    try (var out = fs.create(new Path(of(instance), SETTINGS), true)) {
      ShippedSettings.write(settings, out);
    }
  }

  /** Forgets the instance. */
  public void delete(String instance) {
    try {
      fs.delete(of(instance), true);
    } catch (IOException e) {
      throw notWritable(of(instance), e);
    }
  }

  /**
   * What containers of the instance find in their working directory. Not the description: it
   * changes while the instance runs, and YARN refuses to give out a file that has changed.
   */
  public Map<String, LocalResource> localResources(String instance) {
    var directory = of(instance);
    try {
      return Map.of(
          JAR, resource(new Path(directory, JAR)),
          SETTINGS, resource(new Path(directory, SETTINGS)));
    } catch (IOException e) {
      throw failed("read", directory, e);
    }
  }

  private LocalResource resource(Path path) throws IOException {
    var status = fs.getFileStatus(path);
    return LocalResource.newInstance(
        URL.fromPath(status.getPath()),
        LocalResourceType.FILE,
        LocalResourceVisibility.APPLICATION,
        status.getLen(),
        status.getModificationTime());
  }

  private static SednaException notWritable(Path path, IOException cause) {
    return new SednaException(
        ErrorCode.PATH_NOT_WRITABLE,
        "cannot write " + path + ": " + firstLine(cause) + " (" + YarnConfig.STAGING_DIR + ")",
        cause);
  }

  private static SednaException failed(String verb, Path path, IOException cause) {
    return new SednaException(
        ErrorCode.STORAGE_FAILED, "cannot " + verb + " " + path + ": " + firstLine(cause), cause);
  }

  /** Hadoop puts remote stack traces into messages. */
  private static String firstLine(IOException e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }
}
