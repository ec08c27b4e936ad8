// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon;

import io.sedna.client.rpc.LeakDetection;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.error.ErrorCategory;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.File;
import java.io.PrintStream;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon as a process: {@code DaemonMain [-conf FILE]… [-D KEY=VALUE]…}. SIGTERM and SIGINT
 * stop it gracefully.
 *
 * <p>Exit codes: 0 stopped as asked, 1 wrong arguments or configuration, 2 ZooKeeper or a port
 * cannot be had, or the node id is held by another daemon (trying again later may help), 3 a fault.
 */
@InterfaceAudience.Private
public final class DaemonMain {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonMain.class);

  static final int OK = 0;
  static final int WRONG_USE = 1;
  static final int UNAVAILABLE = 2;
  static final int FAULT = 3;

  private static final String USAGE = "usage: DaemonMain [-conf FILE]... [-D KEY=VALUE]...";

  private DaemonMain() {}

  public static void main(String[] args) {
    LeakDetection.turnOff();
    int code = run(args, System.out, System.err);
    // Threads of libraries must not keep a process alive that has nothing more to do.
    Runtime.getRuntime().halt(code);
  }

  /** Runs until the process is told to stop; answers the exit code. */
  static int run(String[] args, PrintStream out, PrintStream err) {
    var stopping = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    try (var daemon = new SednaDaemon(parse(args))) {
      daemon.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(stopping, stopped)));
      out.println(
          "started node="
              + daemon.nodeId()
              + " thrift="
              + daemon.host()
              + ":"
              + daemon.thriftPort()
              + " http="
              + daemon.host()
              + ":"
              + daemon.httpPort()
              + memcached(daemon));
      out.flush();
      var unused = daemon.failure().thenRun(stopping::countDown);
      stopping.await();
      return daemon.failure().isDone() ? UNAVAILABLE : OK;
    } catch (SednaException e) {
      LOG.error("the daemon cannot run", e);
      err.println("sedna daemon: " + e.getMessage());
      return exitCode(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OK;
    } catch (RuntimeException | Error e) {
      LOG.error("the daemon failed", e);
      err.println("sedna daemon: " + e);
      return FAULT;
    } finally {
      stopped.countDown();
    }
  }

  private static String memcached(SednaDaemon daemon) {
    OptionalInt port = daemon.memcachedPort();
    return port.isEmpty() ? "" : " memcached=" + daemon.host() + ":" + port.getAsInt();
  }

  private static void shutDown(CountDownLatch stopping, CountDownLatch stopped) {
    stopping.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int exitCode(SednaException e) {
    return switch (e.code()) {
      case NODE_EXISTS -> UNAVAILABLE;
      default ->
          e.code().category() == ErrorCategory.USER_ERROR
              ? WRONG_USE
              : e.code().category() == ErrorCategory.RETRY ? UNAVAILABLE : FAULT;
    };
  }

  static Configuration parse(String[] args) {
    Configuration conf = SednaConfiguration.create();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      boolean glued = arg.startsWith("-D") && arg.length() > 2;
      if (!glued && i + 1 == args.length) {
        throw wrong(arg);
      }
      if (arg.equals("-conf")) {
        conf.addResource(new Path(new File(args[++i]).toURI()));
      } else if (arg.startsWith("-D")) {
        String setting = glued ? arg.substring(2) : args[++i];
        int equals = setting.indexOf('=');
        if (equals < 1) {
          throw wrong(setting);
        }
        conf.set(setting.substring(0, equals), setting.substring(equals + 1));
      } else {
        throw wrong(arg);
      }
    }
    return conf;
  }

  private static SednaException wrong(String arg) {
    return new SednaException(
        ErrorCode.INVALID_ARGUMENT, "cannot understand argument '" + arg + "'; " + USAGE);
  }
}
