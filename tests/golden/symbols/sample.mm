#import <Foundation/Foundation.h>
#import "Store.h"
@class User;

#define LIMIT 10

typedef enum { StateOpen, StateClosed } State;

// Something with a price.
@protocol Priced <NSObject>
- (double)price;
@end

/// An order with its lines.
@interface Order : Base <Priced, NSCopying>
@property (nonatomic, strong) NSString *identifier;
@property (nonatomic, weak) User *owner;
- (instancetype)initWithIdentifier:(NSString *)identifier count:(int)count;
+ (Order *)emptyOrder;
@end

@implementation Order

- (instancetype)initWithIdentifier:(NSString *)identifier count:(int)count {
  self = [super init];
  NSString *local = [identifier copy];
  NSLog(@"made %@", local);
  return self;
}

+ (Order *)emptyOrder {
  return [[Order alloc] init];
}

@end

static int helper(int a) { return a + LIMIT; }
