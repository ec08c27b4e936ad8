// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the page at {@code /} and its values at {@code /status.json}, for GET and HEAD; everything
 * else is refused. All addresses in the page are relative, because users come through the resource
 * manager's proxy, under a path of its own. Thread-safe.
 */
@InterfaceAudience.Private
public final class WebServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

  private static final int REFRESH_SECONDS = 5;
  private static final int THREADS = 2;
  private static final int BACKLOG = 50;

  private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private final Supplier<InstanceView> views;
  private final HttpServer server;
  private final ExecutorService threads;

  /**
   * Listens on any free port.
   *
   * @param views answers at once, on any thread
   */
  public WebServer(Supplier<InstanceView> views) throws IOException {
    this.views = views;
    server = HttpServer.create(new InetSocketAddress(0), BACKLOG);
    threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              var thread = new Thread(task, "sedna-web");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        answer(exchange, 405, "text/plain", "only GET and HEAD are served\n");
        return;
      }
      switch (exchange.getRequestURI().getPath()) {
        case "/", "/index.html" ->
            answer(
                exchange,
                200,
                "text/html",
                StatusPage.render(views.get(), REFRESH_SECONDS, System.currentTimeMillis()));
        case "/status.json" ->
            answer(exchange, 200, "application/json", json.writeValueAsString(views.get()));
        default -> answer(exchange, 404, "text/plain", "there is no such page\n");
      }
    } catch (RuntimeException e) {
      LOG.warn("cannot serve {}", exchange.getRequestURI(), e);
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type + "; charset=utf-8");
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    var head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
