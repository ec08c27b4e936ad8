// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.daemon.controller.Controller;

/**
 * A daemon's part in the election of the controller. Who has lost the connection counts as not
 * elected, and afterwards begins at the end of the queue.
 */
final class SimulatedElection {
  private final SimulatedZooKeeper zooKeeper;
  private final SimulatedSession session;
  private final Controller controller;
  private SimulatedZooKeeper.Ticket place;
  private boolean leads;

  SimulatedElection(SimulatedZooKeeper zooKeeper, SimulatedSession session, Controller controller) {
    this.zooKeeper = zooKeeper;
    this.session = session;
    this.controller = controller;
    session.addListener(this::connectionChanged);
    session.addWatcher(
        node -> {
          if (node == SimulatedZooKeeper.Node.ELECTION) {
            look();
          }
        });
  }

  void join() {
    place = session.ticket();
    zooKeeper.joinElection(place);
  }

  void leave() {
    zooKeeper.leaveElection(place);
    place = null;
    set(false);
  }

  private void connectionChanged(SimulatedSession.State state) {
    if (place == null) {
      return;
    }
    if (state == SimulatedSession.State.SUSPENDED) {
      set(false);
    } else {
      zooKeeper.leaveElection(place);
      join();
    }
  }

  private void look() {
    if (place != null && session.isConnected()) {
      set(zooKeeper.leads(place));
    }
  }

  private void set(boolean now) {
    if (now && !leads) {
      leads = true;
      controller.lead();
    } else if (!now && leads) {
      leads = false;
      controller.follow();
    }
  }
}
