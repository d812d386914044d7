package io.sparsestream.cli.feed;

import picocli.CommandLine.Command;

/** Topics on a Kafka that comes without tools of its own. */
@Command(
        name = "topics",
        description = "Creates and lists topics, for which the embedded broker has no other tools.",
        subcommands = {TopicsCreateCommand.class, TopicsListCommand.class},
        commandListHeading = "%nCommands%n")
public final class TopicsCommand {}
