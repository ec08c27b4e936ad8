// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.metrics.StrongMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon's HTTP port. It answers GET and HEAD of:
 *
 * <ul>
 *   <li>{@code /metrics}: in Prometheus' text format, or OpenMetrics' where it is asked for; with
 *       {@code ?partitions=true} of each partition too
 *   <li>{@code /health}: 200 while the process works
 *   <li>{@code /ready}: 200 while the daemon serves, otherwise 503 and what it waits for
 *   <li>{@code /}: a page for people
 * </ul>
 *
 * <p>On a few threads of its own, away from those that serve data. Thread-safe.
 */
@InterfaceAudience.Private
public final class HttpEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final int THREADS = 2;
  private static final int WAITING_REQUESTS = 32;
  private static final int BACKLOG = 32;
  private static final String PARTITIONS = "partitions=true";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String HTML = "text/html; charset=utf-8";

  static {
    // The JDK's server reads these once. Without them a client that sends nothing keeps a thread
    // for ever.
    System.getProperties().putIfAbsent("sun.net.httpserver.maxReqTime", "10");
    System.getProperties().putIfAbsent("sun.net.httpserver.maxRspTime", "30");
  }

  private final String instance;
  private final ClusterView view;
  private final Readiness readiness;
  private final MetricsPage metrics;
  private final HttpServer server;
  private final ThreadPoolExecutor threads;

  /**
   * Binds the port; {@link #start} begins to answer.
   *
   * @param instance name of the instance
   * @param port 0: any free one
   * @throws SednaException UNAVAILABLE naming the address that could not be bound
   */
  public HttpEndpoint(
      String instance,
      String bindAddress,
      int port,
      ClusterView view,
      Engine engine,
      DaemonMetrics metrics,
      StrongMetrics strong,
      Readiness readiness) {
    this.instance = instance;
    this.view = view;
    this.readiness = readiness;
    this.metrics = new MetricsPage(metrics, strong, engine, view, readiness);
    try {
      server = HttpServer.create(new InetSocketAddress(bindAddress, port), BACKLOG);
    } catch (IOException e) {
      throw new SednaException(
          ErrorCode.UNAVAILABLE,
          "cannot listen for HTTP on " + bindAddress + ":" + port + ": " + e.getMessage(),
          e);
    }
    var count = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_REQUESTS),
            task -> {
              var thread = new Thread(task, "sedna-http-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            // The thread that accepts then serves one itself, so no more are accepted meanwhile.
            new ThreadPoolExecutor.CallerRunsPolicy());
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  public HttpEndpoint start() {
    server.start();
    return this;
  }

  /** The port bound. */
  public int port() {
    return server.getAddress().getPort();
  }

  private record Answer(int status, String type, byte[] body) {
    static Answer of(int status, String text) {
      return new Answer(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      boolean head = method.equals("HEAD");
      Answer answer;
      try {
        answer =
            head || method.equals("GET")
                ? answer(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestURI().getQuery(),
                    exchange.getRequestHeaders().getFirst("Accept"))
                : Answer.of(405, "only GET and HEAD: " + method);
      } catch (IOException | RuntimeException e) {
        LOG.warn("cannot answer {}", exchange.getRequestURI(), e);
        answer = Answer.of(500, "internal error; the daemon's log says more");
      }
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      if (answer.status() == 405) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      }
      // -1 means no body; 0 would mean one of unknown length.
      exchange.sendResponseHeaders(answer.status(), head ? -1 : answer.body().length);
      if (!head) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  private Answer answer(String path, String query, String accept) throws IOException {
    switch (path) {
      case "/metrics":
        MetricsPage.Content content = metrics.render(accept, PARTITIONS.equals(query));
        return new Answer(200, content.type(), content.body());
      case "/health":
        return Answer.of(200, "ok");
      case "/ready":
        Optional<String> reason = readiness.waitsFor();
        return reason.map(why -> Answer.of(503, why)).orElseGet(() -> Answer.of(200, "ready"));
      case "/":
        return new Answer(200, HTML, page().getBytes(StandardCharsets.UTF_8));
      default:
        return Answer.of(404, "no such page; there are /, /metrics, /health and /ready");
    }
  }

  private String page() {
    String state = readiness.waitsFor().map(why -> "not ready: " + why).orElse("ready");
    String map =
        view.map()
            .map(
                m ->
                    "epoch "
                        + m.epoch()
                        + ", "
                        + m.partitions()
                        + " partitions on "
                        + m.nodes().size()
                        + " daemons")
            .orElse("none yet");
    String controller = view.controller().map(Object::toString).orElse("none at the moment");
    return "<!DOCTYPE html>\n"
        + "<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
        + escape("Sedna " + view.self())
        + "</title></head><body>\n<h1>"
        + escape("Sedna daemon " + view.self())
        + "</h1>\n<table>\n"
        + row("Instance", instance)
        + row("State", state)
        + row("Partition map", map)
        + row("Controller", controller)
        + row("Tables", String.valueOf(view.catalogue().tables().size()))
        + "</table>\n<ul>\n"
        + "<li><a href=\"metrics\">metrics</a></li>\n"
        + "<li><a href=\"health\">health</a></li>\n"
        + "<li><a href=\"ready\">ready</a></li>\n"
        + "</ul>\n</body></html>\n";
  }

  private static String row(String name, String value) {
    return "<tr><th align=\"left\">" + escape(name) + "</th><td>" + escape(value) + "</td></tr>\n";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Closes the port; requests under way are cut off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
