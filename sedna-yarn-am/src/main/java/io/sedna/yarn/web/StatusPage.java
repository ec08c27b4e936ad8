// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.web;

import java.util.Locale;

/**
 * The page itself, as HTML without anything from elsewhere: the resource manager's proxy passes on
 * what it gets, and many clusters have no way out.
 */
final class StatusPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #b35900; }
      @media (prefers-color-scheme: dark) { :root { --good: #4ac26b; --bad: #f0a050; } }
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
      h1 { margin: 0; font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
      .sub { opacity: .75; margin: 0 0 1.5rem; overflow-wrap: anywhere; }
      .state { font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); }
      dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .75rem; margin: 0; }
      dl div { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; }
      dt { font-size: .85rem; opacity: .75; } dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
      .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
      th, td { text-align: left; padding: .4rem .7rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
      td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
      caption { text-align: left; opacity: .75; padding-bottom: .4rem; }
      .note { white-space: normal; min-width: 10rem; } meter { width: 5rem; vertical-align: middle; }
      footer { margin-top: 2rem; font-size: .85rem; opacity: .75; }
      """;

  private final StringBuilder html = new StringBuilder(8192);

  private StatusPage() {}

  static String render(InstanceView view, int refreshSeconds, long nowMs) {
    var page = new StatusPage();
    page.head(view, refreshSeconds);
    page.summary(view, nowMs);
    page.daemons(view);
    page.add(
        "<footer>Refreshed every "
            + refreshSeconds
            + " s. The same as <a href=\"status.json\">JSON</a>.</footer>\n</main>\n</body>\n</html>\n");
    return page.html.toString();
  }

  private void head(InstanceView view, int refreshSeconds) {
    add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    add("<meta http-equiv=\"refresh\" content=\"" + refreshSeconds + "\">\n");
    add("<title>" + escape(view.instance()) + ": " + escape(view.state()) + " - Sedna</title>\n");
    add("<style>\n" + STYLE + "</style>\n</head>\n<body>\n<main>\n");
    add("<h1>" + escape(view.instance()) + "</h1>\n<p class=\"sub\">");
    add("<span class=\"state " + (view.state().equals("serving") ? "good" : "bad") + "\">");
    add(escape(view.state()) + "</span> &middot; " + escape(view.application()));
    add(" &middot; ZooKeeper " + escape(view.zookeeper()) + "</p>\n");
    if (!view.message().isEmpty()) {
      add("<p class=\"bad\" role=\"status\">" + escape(view.message()) + "</p>\n");
    }
    for (var warning : view.warnings()) {
      add("<p class=\"bad\" role=\"status\">Warning: " + escape(warning) + "</p>\n");
    }
  }

  private void summary(InstanceView view, long nowMs) {
    var serving = view.daemons().stream().filter(DaemonView::serving).count();
    add("<dl>\n");
    fact("Daemons serving", serving + " of " + view.desired(), serving < view.desired());
    fact("Records", number(view.records()), false);
    fact("Keys and values", bytes(view.bytes()), false);
    fact("Operations per second", rate(view.operationsPerSecond()), false);
    fact("Partitions", number(view.partitions()), false);
    fact("Under-replicated", number(view.underReplicated()), view.underReplicated() > 0);
    fact("Loading", number(view.loading()), view.loading() > 0);
    fact("Copies of each", number(view.replication()), false);
    fact("Map epoch", number(view.epoch()), false);
    fact("Controller", view.controller().isEmpty() ? "none" : view.controller(), false);
    fact("Up", duration(nowMs - view.startedAtMs()), false);
    add("</dl>\n");
  }

  private void fact(String name, String value, boolean bad) {
    add("<div><dt>" + escape(name) + "</dt><dd" + (bad ? " class=\"bad\"" : "") + ">");
    add(escape(value) + "</dd></div>\n");
  }

  private void daemons(InstanceView view) {
    add("<h2>Daemons</h2>\n<div class=\"scroll\">\n<table>\n");
    add(
        "<caption>One container each; a daemon keeps its name wherever it runs.</caption>\n<thead><tr>");
    for (var column : new String[] {"Daemon", "State", "Host", "Rack", "Container"}) {
      add("<th scope=\"col\">" + column + "</th>");
    }
    for (var column :
        new String[] {
          "Heap", "Primaries", "Replicas", "Records", "Operations/s", "Uptime", "Restarts"
        }) {
      add("<th scope=\"col\" class=\"n\">" + column + "</th>");
    }
    add("<th scope=\"col\">Note</th></tr></thead>\n<tbody>\n");
    view.daemons().forEach(this::daemon);
    add("</tbody>\n</table>\n</div>\n");
  }

  private void daemon(DaemonView daemon) {
    var state = daemon.serving() && daemon.state().equals("running") ? "serving" : daemon.state();
    add("<tr><th scope=\"row\">" + escape(daemon.nodeId()) + "</th>");
    add(
        "<td class=\""
            + (state.equals("serving") ? "good" : "bad")
            + "\">"
            + escape(state)
            + "</td>");
    var port = daemon.thriftPort() == 0 ? "" : ":" + daemon.thriftPort();
    text(daemon.host() + port);
    text(daemon.rack());
    text(daemon.container());
    add("<td class=\"n\">" + heap(daemon) + "</td>");
    figure(number(daemon.primaries()));
    figure(number(daemon.replicas()));
    figure(number(daemon.records()));
    figure(rate(daemon.operationsPerSecond()));
    figure(daemon.uptimeMs() == 0 ? "" : duration(daemon.uptimeMs()));
    figure(number(daemon.losses()));
    add("<td class=\"note\">" + escape(daemon.note()) + "</td></tr>\n");
  }

  private static String heap(DaemonView daemon) {
    if (daemon.heapMaxBytes() == 0) {
      return "";
    }
    var text = bytes(daemon.heapUsedBytes()) + " of " + bytes(daemon.heapMaxBytes());
    return "<meter min=\"0\" max=\"%d\" value=\"%d\" aria-label=\"heap used\">%s</meter> %s"
        .formatted(daemon.heapMaxBytes(), daemon.heapUsedBytes(), text, text);
  }

  private void text(String value) {
    add("<td>" + escape(value) + "</td>");
  }

  private void figure(String value) {
    add("<td class=\"n\">" + escape(value) + "</td>");
  }

  private void add(String text) {
    html.append(text);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String rate(double value) {
    return value < 10 && value > 0
        ? String.format(Locale.ROOT, "%.1f", value)
        : String.format(Locale.ROOT, "%,.0f", value);
  }

  static String bytes(long value) {
    var units = new String[] {"B", "KiB", "MiB", "GiB", "TiB"};
    var unit = 0;
    var scaled = (double) value;
    while (scaled >= 1024 && unit < units.length - 1) {
      scaled /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, unit == 0 || scaled >= 100 ? "%.0f %s" : "%.1f %s", scaled, units[unit]);
  }

  static String duration(long ms) {
    var seconds = Math.max(0, ms / 1000);
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds < 86_400
        ? seconds / 3600 + " h " + seconds / 60 % 60 + " min"
        : seconds / 86_400 + " d " + seconds / 3600 % 24 + " h";
  }
}
