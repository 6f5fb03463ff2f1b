# What Debian's libtelephony-asterisk-ami-perl does with the manager interface; prints one JSON object of what it was told.
use strict;
use warnings;
use Digest::MD5 'md5_hex';
use JSON::PP ();
use Telephony::Asterisk::AMI ();

my ($port) = @ARGV;
my @place = (Host => '127.0.0.1', Port => $port);
my @login = (Username => 'admin', Secret => 's3cret');
my @heard;
my $ami = Telephony::Asterisk::AMI->new(@place, @login, Event_Callback => sub { push @heard, $_[0] });
my %said = (login => $ami->connect ? 'yes' : $ami->error);
$said{ping} = $ami->action(Action => 'Ping')->{Ping};
$ami->action(Action => 'UserEvent', UserEvent => 'Hello', Who => 'me');
$ami->action(Action => 'Ping');
$said{event} = [map { $_->{Who} } grep { ($_->{Event} // '') eq 'UserEvent' } @heard];
# One header given several times, as the library sends lists.
$said{variables} = $ami->action(Action => 'UserEvent', UserEvent => 'List', Each => ['a', 'b'])->{Response};
my $config = $ami->action(Action => 'GetConfig', Filename => 'extensions.conf');
$said{config} = {map { $_ => $config->{$_} } grep { /^(?:Category|Line)-/ } keys %$config};
$said{update} = $ami->action(
  Action => 'UpdateConfig', SrcFilename => 'extensions.conf', DstFilename => 'extensions.conf',
  'Action-000000' => 'append', 'Cat-000000' => 'default', 'Var-000000' => 'exten', 'Value-000000' => '> 3,1,NoOp(perl)',
)->{Response};
$said{command} = $ami->action(Action => 'Command', Command => 'core show uptime')->{Output};
my $queued = $ami->action(
  Action => 'Originate', Channel => 'Local/wait@default', Application => 'Wait', Data => '30', Async => 'true',
)->{Message};
my $answered;
until ($answered) {
  my $event = $ami->read_response;
  die $ami->error unless %$event;
  $answered = $event->{Response} if ($event->{Event} // '') eq 'OriginateResponse';
}
$said{originate} = [$queued, $answered];
$ami->action(Action => 'Hangup', Channel => '/./');
$said{refused} = $ami->action(Action => 'NoSuch')->{Message};
$said{logoff} = $ami->disconnect ? 'yes' : $ami->error;

my $stranger = Telephony::Asterisk::AMI->new(@place, Username => 'admin', Secret => 'wrong');
$said{wrong} = $stranger->connect ? 'yes' : $stranger->error;

# The library has no login of this kind; its actions do, over a connection that it did not log in on.
my $md5 = Telephony::Asterisk::AMI->new(@place, @login);
$md5->{socket} = IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerService => $port) or die "no connection: $@";
readline $md5->{socket};
my $challenge = $md5->action(Action => 'Challenge', AuthType => 'MD5')->{Challenge};
$said{md5} = $md5->action(
  Action => 'Login', AuthType => 'MD5', Username => 'admin', Key => md5_hex($challenge . 's3cret'),
)->{Message};
$md5->disconnect;
print JSON::PP->new->canonical->encode(\%said), "\n";
