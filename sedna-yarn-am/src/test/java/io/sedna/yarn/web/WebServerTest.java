// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class WebServerTest {
  private static final InstanceView VIEW =
      new InstanceView(
          "store",
          "application_1_0001",
          "degraded",
          "zk:2181/sedna/store",
          0,
          0,
          2,
          7,
          "store-1",
          1024,
          3,
          5,
          0,
          1_234_567,
          1 << 30,
          42.5,
          List.of(daemon("store-1", true, ""), daemon("store-2", false, "ended: <script>\"&'")),
          List.of("table shop.cart asks for 3 copies"),
          "");

  private WebServer server;

  @Before
  public void start() throws IOException {
    server = new WebServer(() -> VIEW);
  }

  @After
  public void stop() {
    server.close();
  }

  @Test
  public void shouldShowTheInstanceAndItsDaemons() throws Exception {
    var response = send("GET", "/");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(response.body())
        .contains("<h1>store</h1>", "store-1", "store-2", "1,234,567", "1 of 2", "1.0 GiB")
        .contains("Warning: table shop.cart asks for 3 copies")
        .contains("http-equiv=\"refresh\"", "lang=\"en\"");
  }

  @Test
  public void shouldEscapeWhatItShows() throws Exception {
    assertThat(send("GET", "/").body())
        .contains("ended: &lt;script&gt;&quot;&amp;&#39;")
        .doesNotContain("<script");
  }

  @Test
  public void shouldReferToNothingAbsolute() throws Exception {
    assertThat(send("GET", "/").body())
        .doesNotContain("href=\"/", "src=", "http://", "https://", "url(");
  }

  @Test
  public void shouldAnswerTheSameAsJson() throws Exception {
    var json = new ObjectMapper().readTree(send("GET", "/status.json").body());

    assertThat(json.get("state").asText()).isEqualTo("degraded");
    assertThat(json.get("daemons").get(1).get("note").asText()).contains("<script>");
  }

  @Test
  public void shouldServeNothingElse() throws Exception {
    assertThat(send("GET", "/../etc/passwd").statusCode()).isEqualTo(404);
    assertThat(send("POST", "/").statusCode()).isEqualTo(405);
    assertThat(send("HEAD", "/").statusCode()).isEqualTo(200);
  }

  @Test
  public void shouldWriteFiguresForPeople() {
    assertThat(StatusPage.bytes(0)).isEqualTo("0 B");
    assertThat(StatusPage.bytes(1536)).isEqualTo("1.5 KiB");
    assertThat(StatusPage.rate(0)).isEqualTo("0");
    assertThat(StatusPage.rate(2.25)).isEqualTo("2.3");
    assertThat(StatusPage.rate(1234.6)).isEqualTo("1,235");
    assertThat(StatusPage.duration(59_999)).isEqualTo("59 s");
    assertThat(StatusPage.duration(3_600_000)).isEqualTo("1 h 0 min");
    assertThat(StatusPage.duration(90_000_000)).isEqualTo("1 d 1 h");
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static DaemonView daemon(String id, boolean serving, String note) {
    return new DaemonView(
        id, "running", serving, "host", 1, 2, "/rack", "container_1", 1, 2, 3, 4, 5, 6, 7, 0, note);
  }
}
