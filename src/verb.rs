//! The arguments of a verb, described when it is asked for and not before.

use clap::{ArgMatches, Args, Command, FromArgMatches};

/// What a verb takes. clap hands the flags of every verb down before it lets a verb add its own;
/// here they are put behind them again, where a help text has them.
pub(crate) struct Verb<T>(pub(crate) Box<T>);

impl<T: Args> Args for Verb<T> {
    fn augment_args(command: Command) -> Command {
        let inherited: Vec<_> = command.get_arguments().map(|arg| arg.get_id().clone()).collect();
        // Changing an argument takes it out and puts it at the end.
        let move_back = |command: Command, id| command.mut_arg(id, |arg| arg);
        inherited.into_iter().fold(T::augment_args(command), move_back)
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Verb<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches(matches).map(|args| Verb(Box::new(args)))
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches_mut(matches).map(|args| Verb(Box::new(args)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}
